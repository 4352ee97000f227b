import type { PriceWish } from './usePrices'

interface Rate {
  name: 'input' | 'output' | 'cached_input' | 'cache_write' | 'cache_write_1h' | 'reasoning_output'
  label: string
  hint?: string
  /** Without it there is no price; the others are then the next wider one. */
  needed?: boolean
}

export const RATES: Rate[] = [
  { name: 'input', label: 'Input', needed: true },
  { name: 'output', label: 'Output', needed: true },
  { name: 'cached_input', label: 'Cached input', hint: 'Else as input.' },
  { name: 'cache_write', label: 'Cache write', hint: 'Else as input.' },
  { name: 'cache_write_1h', label: 'Cache write, 1 hour', hint: 'Else as cache write.' },
  { name: 'reasoning_output', label: 'Reasoning output', hint: 'Else as output.' },
]

/** What is asked of the API: rates as they were written, those left blank left out. */
export function priceWish(
  { model, effective_from, why }: Pick<PriceWish, 'model' | 'effective_from' | 'why'>,
  rates: Record<string, string>,
): PriceWish {
  const written = Object.entries(rates)
    .map(([name, text]) => [name, text.trim()] as const)
    .filter(([, text]) => text)
  return { input: '', output: '', ...Object.fromEntries(written), model, effective_from, why }
}
