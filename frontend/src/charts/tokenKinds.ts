import type { ThemedColour } from './colours'

/** Counts as the API tells them: cached input and reasoning are parts of input and output. */
export interface TokenCounts {
  input_tokens: string
  cached_input_tokens: string
  output_tokens: string
  reasoning_output_tokens: string
}

type Kind = 'cached' | 'uncached' | 'output' | 'reasoning'

/** What tokens are used for, each once, in the order in which bars stack them. */
export const TOKEN_KINDS: readonly { id: Kind; name: string; colour: ThemedColour }[] = [
  { id: 'cached', name: 'Cached input', colour: { light: '#a3aaf0', dark: '#4d509e' } },
  { id: 'uncached', name: 'Uncached input', colour: { light: '#4f46e5', dark: '#8b8cf8' } },
  { id: 'reasoning', name: 'Reasoning', colour: { light: '#b66001', dark: '#e58b42' } },
  { id: 'output', name: 'Other output', colour: { light: '#02906f', dark: '#16c096' } },
]

/** The counts, each token in one kind, so that the kinds add up to all of them. */
export function kindsOf(counts: TokenCounts): Record<Kind, bigint> {
  const [cached, reasoning] = [
    BigInt(counts.cached_input_tokens),
    BigInt(counts.reasoning_output_tokens),
  ]
  return {
    cached,
    uncached: BigInt(counts.input_tokens) - cached,
    reasoning,
    output: BigInt(counts.output_tokens) - reasoning,
  }
}
