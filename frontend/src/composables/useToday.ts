import { isEqualDay, today } from '@internationalized/date'
import { useIntervalFn } from '@vueuse/core'
import { shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'

/** The current day in `zone`; moves on at midnight there while the page stays open. */
export function useToday(zone: MaybeRefOrGetter<string>) {
  const day = shallowRef(today(toValue(zone)))
  function look() {
    const now = today(toValue(zone))
    if (!isEqualDay(now, day.value)) day.value = now
  }
  watch(() => toValue(zone), look, { flush: 'sync' })
  useIntervalFn(look, 1000)
  return day
}
