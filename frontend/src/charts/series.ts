import type { ThemedColour } from './colours'

/** What a stacked chart is made of: a value for each period of the chart. */
export interface Series {
  name: string
  colour: ThemedColour
  values: number[]
}

/** From the period with this index on nothing is known yet; `text` says so. */
export interface Unknown {
  from: number
  text: string
}

/** The sum of each period over all series. */
export function totals(series: Series[]): number[] {
  const periods = series[0]?.values ?? []
  return periods.map((_, at) => series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0))
}
