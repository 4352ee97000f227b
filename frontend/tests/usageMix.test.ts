import { expect, test } from 'vitest'
import { modelMix, sourceMix } from '@/pages/usage/mix'
import type { SourceTotals } from '@/pages/usage/ownUsage'

function totals(total_tokens: string): SourceTotals['totals'] {
  return {
    total_tokens,
    input_tokens: total_tokens,
    cached_input_tokens: '0',
    output_tokens: '0',
    reasoning_output_tokens: '0',
    total_cost_usd: '0.000000',
    cache_write_tokens: '0',
    unpriced_tokens: '0',
    requests: '1',
  }
}

const SOURCES: SourceTotals[] = [
  {
    source: 'api',
    totals: totals('300'),
    models: [
      { model: 'gpt-4.1', totals: totals('200') },
      { model: 'claude-opus-4-5', totals: totals('100') },
    ],
  },
  {
    source: 'codex',
    totals: totals('9007199254740993'),
    models: [{ model: 'openai/gpt-4.1', totals: totals('9007199254740993') }],
  },
]

test('sources are listed most tokens first, with each digit', () => {
  expect(sourceMix(SOURCES).map(({ name, tokens }) => [name, tokens])).toEqual([
    ['codex', '9007199254740993'],
    ['api', '300'],
  ])
})

test('a model is one, under whichever ids and through whichever sources it was used', () => {
  const names: Record<string, string> = { 'gpt-4.1': 'GPT-4.1', 'openai/gpt-4.1': 'GPT-4.1' }

  const mix = modelMix(SOURCES, (model) => names[model] ?? model)

  expect(mix.map(({ name, tokens }) => [name, tokens])).toEqual([
    ['GPT-4.1', '9007199254741193'],
    ['claude-opus-4-5', '100'],
  ])
})
