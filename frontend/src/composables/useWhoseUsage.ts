import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { useLiveQuery } from './useLiveQuery'
import { useUrlQuery } from './useUrlQuery'
import { useWaysIn } from './useWaysIn'

type Day = MaybeRefOrGetter<string | undefined>

/**
 * Whose usage the page shows. Where nobody signs in that is the owner's of the server or, by
 * `?user=` in the address, that of anybody; else the caller's own. `others` are those with usage in
 * these UTC days, most tokens first; they can be chosen if `canChoose`. Questions about own usage
 * are asked as `user` by the header of `ofUser`.
 */
export function useWhoseUsage(days: { startDate: Day; endDate: Day }) {
  const api = apiClient()
  const { read, write } = useUrlQuery()
  const { waysIn } = useWaysIn()
  const inAddress = read('user')
  const canChoose = computed(() => waysIn.value?.auth === 'local')
  const period = computed(() => ({
    start_date: toValue(days.startDate),
    end_date: toValue(days.endDate),
  }))
  const { data } = useLiveQuery(
    '/tokens/users',
    period,
    (query, signal) => answer(api.GET('/tokens/users', { params: { query }, signal })),
    { poll: false, enabled: canChoose },
  )
  return {
    user: computed(() => (waysIn.value?.auth === 'token' ? undefined : inAddress.value)),
    canChoose,
    others: computed(() => namesByLogin(data.value?.users ?? [])),
    choose: (user: string | undefined) => write({ user }),
  }
}

export interface Person {
  login: string
  name: string
}

/** The owner of a server where nobody signs in: who is asked about if nobody is named. */
export const OWNER = 'local'

/** Each person once, whatever their teams, and without the owner. */
function namesByLogin(entries: { login?: string; name: string }[]): Person[] {
  const names = new Map(entries.map(({ login, name }) => [login ?? name, name]))
  names.delete(OWNER)
  return [...names].map(([login, name]) => ({ login, name }))
}
