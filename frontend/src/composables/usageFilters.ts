import { toValue, type MaybeRefOrGetter } from 'vue'
import type { DayRange } from '@/days/utcDays'

type Filter = MaybeRefOrGetter<string | null | undefined>

/** Which usage: UTC days, both included, and whether to tell the tokens of as many days before. */
export interface DayFilters {
  startDate?: Filter
  endDate?: Filter
  compare?: boolean
}

export interface UsageFilters extends DayFilters {
  team?: Filter
  source?: Filter
}

/** The days of a page, with the tokens of as many before. */
export function comparedDays(days: () => Partial<DayRange>): DayFilters {
  return { startDate: () => days().startDate, endDate: () => days().endDate, compare: true }
}

/** The days as parameters of the API; what is blank is not sent. */
export function dayParameters({ startDate, endDate, compare }: DayFilters) {
  return {
    start_date: toValue(startDate) || undefined,
    end_date: toValue(endDate) || undefined,
    compare: compare ? ('previous' as const) : undefined,
  }
}

/** All filters as parameters of the API; what is blank is not sent. */
export function usageParameters({ team, source, ...days }: UsageFilters) {
  return {
    ...dayParameters(days),
    team: toValue(team) || undefined,
    source: toValue(source) || undefined,
  }
}
