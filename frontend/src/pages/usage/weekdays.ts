import { parseDate, startOfWeek } from '@internationalized/date'

const SUNDAY = parseDate('2026-11-22')

/** Whether weeks begin on Sunday where the reader lives; where neither is so, on Sunday too. */
export function firstWeekday(locale: string): 'sun' | 'mon' {
  return startOfWeek(SUNDAY.add({ days: 1 }), locale).compare(SUNDAY) > 0 ? 'mon' : 'sun'
}
