import { describe, expect, test } from 'vitest'
import { kindsOf } from '@/charts/tokenKinds'
import { monthAndYear, shortDay, timeOfDay } from '@/format/days'
import { begun, monthsOf, seriesOf, type Period } from '@/pages/usage/trend'
import { noteOf } from '@/pages/usage/trendNote'

const COUNTS = {
  total_tokens: '1500',
  input_tokens: '1200',
  cached_input_tokens: '200',
  output_tokens: '300',
  reasoning_output_tokens: '50',
}

function period(name: string, counts: Partial<Period> = {}): Period {
  return { ...COUNTS, name, ...counts }
}

describe('kinds of tokens', () => {
  test('hold each token once', () => {
    const kinds = kindsOf(COUNTS)

    expect(kinds).toEqual({ cached: 200n, uncached: 1000n, reasoning: 50n, output: 250n })
    expect(Object.values(kinds).reduce((a, b) => a + b)).toBe(BigInt(COUNTS.total_tokens))
  })

  test('keep every digit beyond 2^53', () => {
    const counts = { ...COUNTS, input_tokens: '9007199254740995', cached_input_tokens: '2' }

    expect(kindsOf(counts).uncached).toBe(9007199254740993n)
  })

  test('are the series of the trend, a value for each period', () => {
    const series = seriesOf([period('Mon'), period('Tue', { cached_input_tokens: '1200' })])

    expect(series.map(({ name, values }) => [name, values])).toEqual([
      ['Cached input', [200, 1200]],
      ['Uncached input', [1000, 0]],
      ['Reasoning', [50, 50]],
      ['Other output', [250, 250]],
    ])
  })
})

test('half hours are begun once the wall clock has come to them', () => {
  const periods = ['14:00:00', '14:30:00', '15:00:00'].map((time) =>
    period(time, { hour: `2026-11-21T${time}` }),
  )

  expect(begun(periods, '2026-11-21T14:30:00.000')).toEqual(periods.slice(0, 2))
  expect(begun(periods, '2026-11-22T00:00:00.000')).toEqual(periods)
  expect(begun([period('Nov 21')], '2026-11-21T14:30:00.000')).toHaveLength(1)
})

describe('months of the trend', () => {
  test.each([
    ['2026-10-24', '2026-11-22', 12],
    ['2025-11-23', '2026-11-22', 13],
    ['2025-01-31', '2026-11-01', 23],
    ['2024-01-01', '2026-03-01', 24],
    ['soon', '2026-03-01', 12],
  ])('%s to %s are shown in %i months', (startDate, endDate, months) => {
    expect(monthsOf({ startDate, endDate })).toBe(months)
  })
})

describe('names of periods', () => {
  test('never shift by the time zone of the machine', () => {
    expect(shortDay('2026-11-21', 'en-US', false)).toBe('Nov 21')
    expect(shortDay('2026-01-01', 'en-US', true)).toBe('Jan 1, 2026')
    expect(monthAndYear('2026-11', 'en-US')).toBe('Nov 2026')
    expect(timeOfDay('2026-03-08T02:30:00', 'en-GB')).toBe('02:30')
  })

  test.each([
    ['day', 'Nov 1 – 21, 2026'],
    ['month', '12 months up to Nov 21, 2026'],
    ['hour', 'Nov 20, 2026 · last synced Nov 21, 8:30 AM'],
  ] as const)('the trend by %s is of %s', (step, note) => {
    const shown = {
      days: { startDate: '2026-11-01', endDate: '2026-11-21' },
      day: '2026-11-20',
      lastSync: '2026-11-20T23:30:00Z',
    }

    // Intl puts thin and narrow spaces where it likes.
    expect(noteOf(step, shown, 'Asia/Tokyo', 'en-US').replaceAll(/\s/g, ' ')).toBe(note)
  })
})
