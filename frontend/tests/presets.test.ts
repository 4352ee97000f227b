import { parseDate } from '@internationalized/date'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ref } from 'vue'
import { presetDays, PRESETS } from '@/days/presets'
import { useToday } from '@/composables/useToday'
import { dayOf, formatDays, nameOfDays } from '@/days/utcDays'
import { withQueryClient } from './withQueryClient'

describe('date presets', () => {
  test('are days, both ends inclusive', () => {
    const today = parseDate('2026-11-21')

    expect(Object.fromEntries(PRESETS.map(({ id }) => [id, presetDays(id, today)]))).toEqual({
      today: { startDate: '2026-11-21', endDate: '2026-11-21' },
      '7d': { startDate: '2026-11-15', endDate: '2026-11-21' },
      '30d': { startDate: '2026-10-23', endDate: '2026-11-21' },
      '90d': { startDate: '2026-08-24', endDate: '2026-11-21' },
      month: { startDate: '2026-11-01', endDate: '2026-11-21' },
      'last-month': { startDate: '2026-10-01', endDate: '2026-10-31' },
      '1y': { startDate: '2025-11-22', endDate: '2026-11-21' },
    })
  })

  test.each([
    ['2026-03-31', '2026-02-01', '2026-02-28'],
    ['2028-03-31', '2028-02-01', '2028-02-29'],
    ['2026-01-05', '2025-12-01', '2025-12-31'],
  ])('last month seen from %s is %s to %s', (today, startDate, endDate) => {
    expect(presetDays('last-month', parseDate(today))).toEqual({ startDate, endDate })
  })
})

describe('days', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('today is the day of the zone, and moves on at midnight there', () => {
    vi.setSystemTime('2026-11-21T01:30:00Z')
    const zone = ref('UTC')

    const today = withQueryClient(() => useToday(zone))
    expect([new Date().getDate(), today.value.toString()]).toEqual([20, '2026-11-21'])
    zone.value = 'America/Santiago'
    expect(today.value.toString()).toBe('2026-11-20')

    vi.setSystemTime('2026-11-21T03:00:00Z')
    vi.advanceTimersByTime(1000)
    expect(today.value.toString()).toBe('2026-11-21')
  })

  test('a day is shown as it is written, whatever the time zone', () => {
    const [start, end] = [parseDate('2026-11-01'), parseDate('2026-11-21')]

    expect(formatDays(start, end, 'en-GB')).toMatch(/^1\s?–\s?21 Nov 2026$/)
    expect(formatDays(end, end, 'en-GB')).toBe('21 Nov 2026')
  })

  test('a range that is none is shown as it is written', () => {
    const [startDate, endDate] = ['2026-11-21', '2026-11-01']

    expect(nameOfDays({ startDate, endDate: startDate }, 'en-GB')).toBe('21 Nov 2026')
    expect(nameOfDays({ startDate, endDate }, 'en-GB')).toBe('2026-11-21 – 2026-11-01')
    expect(nameOfDays({ startDate: 'soon' }, 'en-GB')).toBe('soon – …')
  })

  test.each(['2026-02-30', '2026-1-5', '', 'soon', undefined])('%s is no day', (text) => {
    expect(dayOf(text)).toBeUndefined()
  })
})
