const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]

/** "3 minutes ago"; an instant ahead of our clock reads as now. */
export function timeAgo(instant: Date, now: Date, locale?: string): string {
  const seconds = Math.max(0, Math.round((now.getTime() - instant.getTime()) / 1000))
  const [unit, size] = UNITS.find(([, size]) => seconds >= size) ?? ['second', 1]
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  return format.format(-Math.floor(seconds / size), unit)
}

/** The instant with date, time and seconds, in UTC. */
export function exactInstant(instant: Date, locale?: string): string {
  return `${utcTime(instant, locale)} UTC`
}

/** The same where UTC stands beside it already. */
export function utcTime(instant: Date, locale?: string): string {
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: 'UTC',
  })
  return format.format(instant)
}
