import { modelColour, themedCss } from '@/charts/colours'
import type { SourceTotals } from './ownUsage'

/** A part of the tokens: of a source, of a model. */
export interface MixEntry {
  name: string
  tokens: string
  /** CSS colour of the bar. */
  colour: string
}

/** Sources by tokens, most first. */
export function sourceMix(sources: SourceTotals[]): MixEntry[] {
  const tokens = sources.map(({ source, totals }) => [source, BigInt(totals.total_tokens)] as const)
  return mostFirst(tokens).map((part) => ({ ...part, colour: 'var(--color-accent)' }))
}

/** Models by tokens, most first, whichever sources they were used through. */
export function modelMix(sources: SourceTotals[], nameOf: (model: string) => string): MixEntry[] {
  const tokens = new Map<string, bigint>()
  for (const { model, totals } of sources.flatMap(({ models }) => models)) {
    const name = nameOf(model)
    tokens.set(name, (tokens.get(name) ?? 0n) + BigInt(totals.total_tokens))
  }
  return mostFirst([...tokens]).map((part) => ({
    ...part,
    colour: themedCss(modelColour(part.name)),
  }))
}

function mostFirst(tokens: (readonly [name: string, tokens: bigint])[]) {
  return [...tokens]
    .sort(([, a], [, b]) => (a === b ? 0 : a < b ? 1 : -1))
    .map(([name, tokens]) => ({ name, tokens: String(tokens) }))
}
