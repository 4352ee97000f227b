import { computed } from 'vue'
import { browserZone, zoneOf } from '@/days/zones'
import { useMe } from './useMe'
import { useUrlQuery } from './useUrlQuery'

/**
 * In whose days the page counts: `?tz=` of the address, else the zone that the reader has set
 * (`own`), which is the browser's until they do. `ready` once that is known.
 */
export function useTimeZone() {
  const { read, write } = useUrlQuery()
  const asked = read('tz')
  const { me, loading } = useMe()
  const own = computed(() => (me.value?.time_zone ? zoneOf(me.value.time_zone) : browserZone()))
  return {
    own,
    zone: computed(() => (asked.value ? zoneOf(asked.value) : own.value)),
    ready: computed(() => Boolean(asked.value) || !loading.value),
    chosen: computed(() => Boolean(asked.value)),
    choose: (zone: string | undefined) => write({ tz: zone }),
  }
}
