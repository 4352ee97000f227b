import type { components } from '@/api/schema'
import { NEUTRAL } from '@/charts/colours'
import type { Series } from '@/charts/series'
import type { UsedModels } from './modelNames'

export type Chart = components['schemas']['Chart']

export const OTHERS = 'Others'

/** The models in the order of the API, most first, then the rest if there is any. */
export function chartSeries(
  chart: Chart,
  { nameOf, colourOf }: Pick<UsedModels, 'nameOf' | 'colourOf'>,
): Series[] {
  const segments = chart.days.map((day) => new Map(Object.entries(day.segments)))
  const labels = labelsOf(chart.models, nameOf)
  const series = chart.models.map((id, at) => ({
    name: labels[at] ?? id,
    colour: colourOf(id),
    values: segments.map((amounts) => amounts.get(id) ?? 0),
  }))
  const rest = { name: OTHERS, colour: NEUTRAL, values: chart.days.map(({ others }) => others) }
  return rest.values.some((value) => value > 0) ? [...series, rest] : series
}

/** A label for each id: its name, beside the id itself where the name would not tell it apart. */
function labelsOf(ids: string[], nameOf: (id: string) => string): string[] {
  const names = ids.map(nameOf)
  const taken = [OTHERS, ...names]
  return ids.map((id, at) => {
    const name = names[at] ?? id
    return taken.filter((other) => other === name).length > 1 ? `${name} (${id})` : name
  })
}
