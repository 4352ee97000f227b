import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { useLiveQuery } from './useLiveQuery'

type Day = MaybeRefOrGetter<string | null | undefined>

/** Tokens per team, most first, each with its users and their models. */
export function useTeamData(
  days: { startDate?: Day; endDate?: Day } = {},
  options: { poll?: boolean } = {},
) {
  const api = apiClient()
  const query = computed(() => ({
    start_date: toValue(days.startDate) || undefined,
    end_date: toValue(days.endDate) || undefined,
  }))
  const { data, loading, error, refresh } = useLiveQuery(
    '/tokens',
    query,
    (query, signal) => answer(api.GET('/tokens', { params: { query }, signal })),
    options,
  )
  return {
    teams: computed(() => data.value?.teams ?? []),
    asOf: computed(() => data.value?.as_of ?? null),
    loading,
    error,
    refresh,
  }
}
