import { computed, type MaybeRefOrGetter } from 'vue'
import { DEFAULT_PRESET, isPreset, presetDays, type PresetId } from '@/days/presets'
import type { DayRange } from '@/days/utcDays'
import { useToday } from './useToday'
import { useUrlQuery } from './useUrlQuery'

/**
 * The period in the address: `?period=7d`, or `?start_date=…&end_date=…` as written there
 * (the API judges it); without either the default preset. Days are those of `zone`.
 * Another choice makes the changes `alongside` too.
 */
export function usePeriod(
  zone: MaybeRefOrGetter<string> = 'UTC',
  alongside: Record<string, undefined> = {},
) {
  const { read, write } = useUrlQuery()
  const today = useToday(zone)
  const [period, start, end] = [read('period'), read('start_date'), read('end_date')]

  const preset = computed<PresetId | undefined>(() => {
    if (start.value || end.value) return undefined
    return isPreset(period.value) ? period.value : DEFAULT_PRESET
  })
  const days = computed<Partial<DayRange>>(() =>
    preset.value
      ? presetDays(preset.value, today.value)
      : { startDate: start.value, endDate: end.value },
  )

  function choosePreset(id: PresetId) {
    const value = id === DEFAULT_PRESET ? undefined : id
    write({ period: value, start_date: undefined, end_date: undefined, ...alongside })
  }
  function chooseDays({ startDate, endDate }: DayRange) {
    write({ period: undefined, start_date: startDate, end_date: endDate, ...alongside })
  }
  return { preset, days, today, choosePreset, chooseDays }
}
