import { DateFormatter } from '@internationalized/date'
import { dayOf } from '@/days/utcDays'
import type { Granularity } from './useCostFilters'

/** What a period is called in the heading of a table. */
export const PERIODS: Record<Granularity, string> = {
  day: 'Day (UTC)',
  week: 'Week from (UTC)',
  month: 'Month (UTC)',
}

/** Names of periods, each given by its first UTC day; with the year where there are several. */
export function periodNames(firstDays: string[], by: Granularity, locale?: string): string[] {
  const years = new Set(firstDays.map((day) => day.slice(0, 4)))
  const year = by === 'month' || years.size > 1 ? ({ year: 'numeric' } as const) : {}
  const day = by === 'month' ? {} : ({ day: 'numeric' } as const)
  const format = new DateFormatter(locale ?? 'en', {
    month: 'short',
    ...day,
    ...year,
    timeZone: 'UTC',
  })
  return firstDays.map((first) => {
    const date = dayOf(first)
    return date ? format.format(date.toDate('UTC')) : first
  })
}
