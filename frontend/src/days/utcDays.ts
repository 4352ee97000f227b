import {
  CalendarDate,
  DateFormatter,
  parseDate,
  today,
  type DateValue,
} from '@internationalized/date'

/** A range of days, both ends inclusive, as `YYYY-MM-DD`. */
export interface DayRange {
  startDate: string
  endDate: string
}

/** Today's UTC day. */
export function utcToday(): CalendarDate {
  return today('UTC')
}

/** The calendar day of a strict `YYYY-MM-DD` text, or undefined when there is no such day. */
export function dayOf(text: string | undefined): CalendarDate | undefined {
  if (!text) return undefined
  try {
    return parseDate(text)
  } catch {
    return undefined
  }
}

/** "23 Oct – 21 Nov 2026" in the reader's language; never shifted by a time zone. */
export function formatDays(start: DateValue, end: DateValue, locale: string): string {
  const formatter = new DateFormatter(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  return formatter.formatRange(start.toDate('UTC'), end.toDate('UTC'))
}

/** The same for days as the API writes them. */
export function formatDayTexts(start: string, end: string, locale: string): string {
  return formatDays(parseDate(start), parseDate(end), locale)
}

/** The range as `formatDays` shows it; as it is written where it is none. */
export function nameOfDays({ startDate, endDate }: Partial<DayRange>, locale: string): string {
  const [start, end] = [dayOf(startDate), dayOf(endDate)]
  if (start && end && start.compare(end) <= 0) return formatDays(start, end, locale)
  return `${startDate ?? '…'} – ${endDate ?? '…'}`
}
