import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { useUrlQuery } from '@/composables/useUrlQuery'
import type { DayRange } from '@/days/utcDays'
import { monthAndYear, shortDay, timeOfDay } from '@/format/days'
import { pageLocale } from '@/format/locale'
import type { Answer, Scope } from './ownUsage'
import { monthsOf, STEPS, type Period, type Step } from './trend'
import { useOwnUsage } from './useOwnUsage'

/**
 * The trend by days of the period, by months up to its end, or by the half hours of a day: `?by=`
 * and `?day=` in the address. A period of one day is shown by half hours unless asked otherwise.
 */
export function useTrend(
  scope: MaybeRefOrGetter<Scope>,
  days: MaybeRefOrGetter<Partial<DayRange>>,
  ready: MaybeRefOrGetter<boolean>,
) {
  const { read, write } = useUrlQuery()
  const [by, asked] = [read('by'), read('day')]

  const from = computed(() => toValue(days).startDate)
  const to = computed(() => toValue(days).endDate)
  const usual = computed<Step>(() => (from.value === to.value ? 'hour' : 'day'))
  const step = computed(() => STEPS.find(({ id }) => id === by.value)?.id ?? usual.value)
  const day = computed(() => asked.value ?? to.value ?? '')

  const shows = (wanted: Step) => () => toValue(ready) && step.value === wanted
  const range = () => ({ from: from.value, to: to.value })
  const months = () => ({ months: monthsOf(toValue(days)), to: to.value })
  const hourly = useOwnUsage('hourly', scope, () => ({ day: day.value }), shows('hour'))
  const daily = useOwnUsage('daily', scope, range, shows('day'))
  const monthly = useOwnUsage('monthly', scope, months, shows('month'))
  const shown = computed(() => ({ hour: hourly, day: daily, month: monthly })[step.value])

  const periods = computed<Period[]>(() => {
    if (step.value === 'hour') return halfHours(hourly.data.value)
    return step.value === 'day' ? daysOf(daily.data.value) : monthRows(monthly.data.value)
  })
  return {
    step,
    day,
    periods,
    lastSync: computed(() => hourly.data.value?.sync.last_sync_at ?? null),
    loading: computed(() => shown.value.loading.value),
    error: computed(() => shown.value.error.value),
    refresh: () => shown.value.refresh(),
    chooseStep: (id: Step) => write({ by: id === usual.value ? undefined : id, day: undefined }),
    chooseDay: (day: string) => write({ by: 'hour', day }),
  }
}

function halfHours(answer: Answer<'hourly'> | undefined): Period[] {
  return (answer?.data ?? []).map((row) => ({ ...row, name: timeOfDay(row.hour, pageLocale()) }))
}

function daysOf(answer: Answer<'daily'> | undefined): Period[] {
  const rows = answer?.data ?? []
  const withYear = answer?.from.slice(0, 4) !== answer?.to.slice(0, 4)
  return rows.map((row) => ({ ...row, name: shortDay(row.day, pageLocale(), withYear) }))
}

function monthRows(answer: Answer<'monthly'> | undefined): Period[] {
  return (answer?.data ?? []).map((row) => ({
    ...row,
    name: monthAndYear(row.month, pageLocale()),
  }))
}
