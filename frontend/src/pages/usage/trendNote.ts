import { nameOfDays, type DayRange } from '@/days/utcDays'
import { monthsOf, type Step } from './trend'

interface Shown {
  /** The days of the page. */
  days: Partial<DayRange>
  /** The day whose half hours may be shown. */
  day: string
  lastSync: string | null
}

/** What the trend shows, in a few words: "Nov 21, 2026 · last synced Nov 21, 14:32". */
export function noteOf(step: Step, { days, day, lastSync }: Shown, zone: string, locale: string) {
  if (step === 'day') return nameOfDays(days, locale)
  if (step === 'month') return `${monthsOf(days)} months up to ${nameOfDay(days.endDate, locale)}`
  const synced = lastSync ? ` · last synced ${shortInstant(lastSync, zone, locale)}` : ''
  return `${nameOfDay(day, locale)}${synced}`
}

function nameOfDay(day: string | undefined, locale: string): string {
  return day ? nameOfDays({ startDate: day, endDate: day }, locale) : '…'
}

function shortInstant(instant: string, timeZone: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
  }).format(new Date(instant))
}
