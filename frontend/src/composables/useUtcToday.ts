import { isEqualDay } from '@internationalized/date'
import { useIntervalFn } from '@vueuse/core'
import { shallowRef } from 'vue'
import { utcToday } from '@/days/utcDays'

/** The current UTC day; moves on at UTC midnight while the page stays open. */
export function useUtcToday() {
  const day = shallowRef(utcToday())
  useIntervalFn(() => {
    const now = utcToday()
    if (!isEqualDay(now, day.value)) day.value = now
  }, 1000)
  return day
}
