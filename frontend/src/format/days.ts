import { parseDate, parseDateTime, type DateValue } from '@internationalized/date'

// Days are formatted in UTC from parts in UTC, so that no time zone shifts them.
function format(date: DateValue, locale: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }).format(date.toDate('UTC'))
}

/** "Nov 21", or "Nov 21, 2026" where the year would be in doubt. */
export function shortDay(day: string, locale: string, withYear: boolean): string {
  const year = withYear ? ({ year: 'numeric' } as const) : {}
  return format(parseDate(day), locale, { month: 'short', day: 'numeric', ...year })
}

/** "Sat, Nov 21, 2026". */
export function fullDay(day: string, locale: string): string {
  return format(parseDate(day), locale, {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    year: 'numeric',
  })
}

/** "Nov 2026" of a month such as 2026-11. */
export function monthAndYear(month: string, locale: string): string {
  return format(parseDate(`${month}-01`), locale, { month: 'short', year: 'numeric' })
}

/** "14:30" or "2:30 PM" of a wall clock's 2026-11-21T14:30:00. */
export function timeOfDay(time: string, locale: string): string {
  return format(parseDateTime(time), locale, { timeStyle: 'short' })
}
