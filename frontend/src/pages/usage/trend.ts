import { kindsOf, TOKEN_KINDS, type TokenCounts } from '@/charts/tokenKinds'
import type { Series } from '@/charts/series'
import { dayOf, type DayRange } from '@/days/utcDays'

export const STEPS = [
  { id: 'hour', label: 'Hour' },
  { id: 'day', label: 'Day' },
  { id: 'month', label: 'Month' },
] as const

export type Step = (typeof STEPS)[number]['id']

/** A bar of the trend: its counts, what it is called, and what of it is not known yet. */
export interface Period extends TokenCounts {
  name: string
  /** When a half hour begins by the wall clock: 2026-11-21T14:30:00. */
  hour?: string
  total_tokens: string
  requests?: string
  total_cost_usd?: string
  missing?: boolean
}

/** The kinds of tokens of each period, one upon the other. */
export function seriesOf(periods: Period[]): Series[] {
  const counts = periods.map(kindsOf)
  return TOKEN_KINDS.map(({ id, name, colour }) => ({
    name,
    colour,
    values: counts.map((kinds) => Number(kinds[id])),
  }))
}

/** The periods without the half hours that are still to come at `now` by the wall clock. */
export function begun(periods: Period[], now: string): Period[] {
  return periods.filter(({ hour }) => hour === undefined || hour <= now)
}

/** How many months the API is asked for: all that the days touch, 12 at least and 24 at most. */
export function monthsOf({ startDate, endDate }: Partial<DayRange>): number {
  const [start, end] = [dayOf(startDate), dayOf(endDate)]
  if (!start || !end) return 12
  const touched = (end.year - start.year) * 12 + end.month - start.month + 1
  return Math.min(24, Math.max(12, touched))
}
