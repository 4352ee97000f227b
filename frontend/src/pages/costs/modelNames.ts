import type { components } from '@/api/schema'
import { modelColour, NEUTRAL, type ThemedColour } from '@/charts/colours'
import type { Option } from '@/components/option'

type Breakdown = components['schemas']['LocalBreakdown']

/** The models that were used: how they are called, and which of them no price is known for. */
export interface UsedModels {
  nameOf: (id: string) => string
  /** Of models that are shown by one name, the same. */
  colourOf: (id: string) => ThemedColour
  /** The names of the models, or of the one that is asked for, with tokens that have no price. */
  unpriced: (id?: string) => string[]
  options: Option[]
}

/** What the API tells of the models that were used. */
export function usedModels(answer: Breakdown | undefined): UsedModels {
  const names = new Map(Object.entries(answer?.names ?? {}))
  const nameOf = (id: string) => names.get(id) ?? id
  const used = answer?.sources.flatMap(({ models }) => models) ?? []
  const free = used.filter(({ totals }) => totals.unpriced_tokens !== '0')
  return {
    nameOf,
    colourOf: (id) => (names.has(id) ? modelColour(nameOf(id)) : NEUTRAL),
    unpriced: (id) => {
      const ids = free.map(({ model }) => model).filter((model) => !id || model === id)
      return [...new Set(ids.map(nameOf))]
    },
    options: [...names]
      .map(([value, label]) => ({ value, label, detail: value }))
      .sort((a, b) => a.label.localeCompare(b.label)),
  }
}
