import { parseDate } from '@internationalized/date'
import type { HeatmapCell } from './ownUsage'

type Weeks = HeatmapCell[][]

/** A row of the heatmap: one day of the week in each of the weeks. */
export interface WeekdayRow {
  name: string
  cells: HeatmapCell[]
}

/** Weeks are columns of the picture, but rows of the table: this turns one into the other. */
export function weekdayRows(weeks: Weeks, locale: string): WeekdayRow[] {
  const name = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' })
  return (weeks[0] ?? []).map((first, weekday) => ({
    name: first ? name.format(parseDate(first.day).toDate('UTC')) : '',
    cells: weeks.map((week) => week[weekday] ?? null),
  }))
}

/** The months above the columns, each over the weeks that begin in it; too narrow ones are blank. */
export function monthSpans(weeks: Weeks, locale: string): { name: string; weeks: number }[] {
  const month = new Intl.DateTimeFormat(locale, { month: 'short', timeZone: 'UTC' })
  const spans: { of: string; name: string; weeks: number }[] = []
  for (const [first] of weeks) {
    const of = first?.day.slice(0, 7) ?? ''
    const last = spans.at(-1)
    if (last?.of === of) last.weeks += 1
    else spans.push({ of, name: of && month.format(parseDate(`${of}-01`).toDate('UTC')), weeks: 1 })
  }
  return spans.map(({ name, weeks }) => ({ name: weeks > 2 ? name : '', weeks }))
}

const STEPS: Record<string, [weeks: number, weekdays: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** The day that a key leads to from `day`, if it is in the heatmap. */
export function dayByKey(weeks: Weeks, day: string, key: string): string | undefined {
  const days = weeks.flat().flatMap((cell) => (cell ? [cell.day] : []))
  if (key === 'Home') return days[0]
  if (key === 'End') return days.at(-1)
  const step = STEPS[key]
  if (!step) return undefined
  const week = weeks.findIndex((cells) => cells.some((cell) => cell?.day === day))
  const weekday = weeks[week]?.findIndex((cell) => cell?.day === day) ?? 0
  return weeks[week + step[0]]?.[weekday + step[1]]?.day
}
