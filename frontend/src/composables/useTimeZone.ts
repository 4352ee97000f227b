import { computed } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { browserZone, zoneOf } from '@/days/zones'
import { useLiveQuery } from './useLiveQuery'
import { useUrlQuery } from './useUrlQuery'

const QUESTION = computed(() => ({}))

/**
 * In whose days the page counts: `?tz=` of the address, else the zone that the reader has set
 * (`own`), which is the browser's until they do. `ready` once that is known.
 */
export function useTimeZone() {
  const api = apiClient()
  const { read, write } = useUrlQuery()
  const asked = read('tz')
  const { data: me, loading } = useLiveQuery(
    '/v1/me',
    QUESTION,
    (_, signal) => answer(api.GET('/v1/me', { signal })),
    { poll: false },
  )
  const own = computed(() => (me.value?.time_zone ? zoneOf(me.value.time_zone) : browserZone()))
  return {
    own,
    zone: computed(() => (asked.value ? zoneOf(asked.value) : own.value)),
    ready: computed(() => Boolean(asked.value) || !loading.value),
    chosen: computed(() => Boolean(asked.value)),
    choose: (zone: string | undefined) => write({ tz: zone }),
  }
}
