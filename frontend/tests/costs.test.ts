import { describe, expect, test } from 'vitest'
import { modelColour, NEUTRAL } from '@/charts/colours'
import { chartSeries } from '@/pages/costs/chartSeries'
import { usedModels } from '@/pages/costs/modelNames'
import { periodNames } from '@/pages/costs/periods'
import { alignedDollars } from '@/pages/costs/usdText'
import { wholeNumber } from '@/pages/costs/wholeNumber'

const TOTALS = {
  total_tokens: '10',
  input_tokens: '8',
  cached_input_tokens: '0',
  output_tokens: '2',
  reasoning_output_tokens: '0',
  total_cost_usd: '0.000000',
  cache_write_tokens: '0',
  unpriced_tokens: '0',
  requests: '1',
}

/** What the API tells of models with these names; those of `unpriced` have tokens without price. */
function breakdown(names: Record<string, string>, unpriced: string[] = []) {
  const models = Object.keys(names).map((model) => ({
    model,
    totals: { ...TOTALS, unpriced_tokens: unpriced.includes(model) ? '10' : '0' },
  }))
  return {
    from: '2026-11-21',
    to: '2026-11-21',
    days: 1,
    sources: [{ source: 'codex', totals: TOTALS, models }],
    pricing: {} as never,
    names,
  }
}

function chart(models: string[], segments: Record<string, number>, others = 0) {
  const total = Object.values(segments).reduce((sum, value) => sum + value, others)
  const empty = { date: '2026-11-20', segments: {}, others: 0, total: 0 }
  return { models, days: [empty, { date: '2026-11-21', segments, others, total }] }
}

describe('the series of a chart', () => {
  test('are its models in the order of the API, then the rest in no colour of a model', () => {
    const models = usedModels(breakdown({ 'x/b': 'B', 'x/a': 'A' }))

    const series = chartSeries(chart(['x/b', 'x/a'], { 'x/b': 5, 'x/a': 3 }, 2), models)

    expect(series).toEqual([
      { name: 'B', colour: modelColour('B'), values: [0, 5] },
      { name: 'A', colour: modelColour('A'), values: [0, 3] },
      { name: 'Others', colour: NEUTRAL, values: [0, 2] },
    ])
  })

  test('have no rest where there is none', () => {
    const series = chartSeries(chart(['m'], { m: 1 }), usedModels(breakdown({ m: 'M' })))

    expect(series.map(({ name }) => name)).toEqual(['M'])
  })

  test('of models that share a name have one colour, and their ids beside the name', () => {
    const models = usedModels(breakdown({ 'aws/gpt-4o': 'GPT-4o', 'gpt-4o': 'GPT-4o' }))

    const [first, second] = chartSeries(chart(['gpt-4o', 'aws/gpt-4o'], {}), models)

    expect(first?.name).toBe('GPT-4o (gpt-4o)')
    expect(second?.name).toBe('GPT-4o (aws/gpt-4o)')
    expect(first?.colour).toEqual(second?.colour)
  })

  test('tell a model that is called Others from the rest', () => {
    const models = usedModels(breakdown({ others: 'Others' }))

    const series = chartSeries(chart(['others'], { others: 1 }, 1), models)

    expect(series.map(({ name }) => name)).toEqual(['Others (others)', 'Others'])
  })

  test('are right for models with names that objects have from birth', () => {
    const names = JSON.parse('{"constructor": "Constructor", "__proto__": "Proto"}') as object
    const segments = JSON.parse('{"__proto__": 4}') as Record<string, number>
    const ids = ['constructor', '__proto__']

    const series = chartSeries(chart(ids, segments), usedModels(breakdown({ ...names })))

    expect(series.map(({ values }) => values)).toEqual([
      [0, 0],
      [0, 4],
    ])
  })
})

describe('the models that were used', () => {
  test('are told apart by whether a price is known for all their tokens', () => {
    const { unpriced } = usedModels(breakdown({ a: 'A', b: 'B', c: 'C' }, ['b', 'c']))

    expect(unpriced()).toEqual(['B', 'C'])
    expect(unpriced('b')).toEqual(['B'])
    expect(unpriced('a')).toEqual([])
  })

  test('go by their ids, and have no colour yet, until their names are known', () => {
    const { nameOf, colourOf, options } = usedModels(undefined)

    expect(nameOf('openai/gpt-4.1')).toBe('openai/gpt-4.1')
    expect(colourOf('openai/gpt-4.1')).toBe(NEUTRAL)
    expect(options).toEqual([])
  })
})

describe('names of periods', () => {
  test.each([
    ['day', ['2026-11-20', '2026-11-21'], ['Nov 20', 'Nov 21']],
    ['week', ['2025-12-29', '2026-01-05'], ['Dec 29, 2025', 'Jan 5, 2026']],
    ['month', ['2026-10-29', '2026-11-01'], ['Oct 2026', 'Nov 2026']],
  ] as const)('by %s', (by, firstDays, names) => {
    expect(periodNames([...firstDays], by, 'en-US')).toEqual(names)
  })
})

test.each([
  ['3', 3],
  ['012', 12],
  ['0', undefined],
  ['13', undefined],
  ['2.5', undefined],
  ['-1', undefined],
  ['', undefined],
  [undefined, undefined],
])('%j in the address is the number %j of 1 to 12', (text, number) => {
  expect(wholeNumber(text, 1, 12)).toBe(number)
})

test('dollars of a column have six decimals each', () => {
  expect(alignedDollars(1234.5, 'en-US')).toBe('$1,234.500000')
  expect(alignedDollars(0.000001, 'en-US')).toBe('$0.000001')
})
