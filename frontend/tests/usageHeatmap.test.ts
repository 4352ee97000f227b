import { parseDate } from '@internationalized/date'
import { describe, expect, test } from 'vitest'
import { dayByKey, monthSpans, weekdayRows } from '@/pages/usage/heatmap'
import { firstWeekday } from '@/pages/usage/weekdays'

/** Weeks from this day on, the last one with so many days. */
function weeksFrom(start: string, weeks: number, daysOfLast = 7) {
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => {
      const day = parseDate(start).add({ weeks: week, days: weekday })
      const there = week < weeks - 1 || weekday < daysOfLast
      return there ? { day: day.toString(), value: '0', level: 0 } : null
    }),
  )
}

describe('the heatmap', () => {
  const weeks = weeksFrom('2026-10-04', 8, 3)

  test('has a row for each weekday and in it a cell for each week', () => {
    const rows = weekdayRows(weeks, 'en-US')

    expect(rows.map(({ name }) => name)).toEqual(['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'])
    expect(rows[2]?.cells.map((cell) => cell?.day)).toEqual([
      ...['2026-10-06', '2026-10-13', '2026-10-20', '2026-10-27'],
      ...['2026-11-03', '2026-11-10', '2026-11-17', '2026-11-24'],
    ])
    expect(rows[3]?.cells.at(-1)).toBeNull()
  })

  test('names a month above the weeks that begin in it, if there is room', () => {
    expect(monthSpans(weeks, 'en-US')).toEqual([
      { name: 'Oct', weeks: 4 },
      { name: 'Nov', weeks: 4 },
    ])
    expect(monthSpans(weeksFrom('2026-10-18', 4), 'en-US')[0]).toEqual({ name: '', weeks: 2 })
  })

  test.each([
    ['ArrowLeft', '2026-10-28', '2026-10-21'],
    ['ArrowRight', '2026-10-28', '2026-11-04'],
    ['ArrowUp', '2026-10-28', '2026-10-27'],
    ['ArrowDown', '2026-10-28', '2026-10-29'],
    ['Home', '2026-10-28', '2026-10-04'],
    ['End', '2026-10-28', '2026-11-24'],
    ['ArrowLeft', '2026-10-05', undefined],
    ['ArrowDown', '2026-11-24', undefined],
    ['ArrowRight', '2026-11-19', undefined],
    ['Enter', '2026-10-28', undefined],
    ['Tab', '2026-10-28', undefined],
  ])('%s leads from %s to %s', (key, from, to) => {
    expect(dayByKey(weeks, from, key)).toBe(to)
  })

  test.each([
    ['en-US', 'sun'],
    ['en-GB', 'mon'],
    ['de-DE', 'mon'],
    ['ar-EG', 'sun'],
  ])('weeks of %s begin on %s', (locale, day) => {
    expect(firstWeekday(locale)).toBe(day)
  })
})
