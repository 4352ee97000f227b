import type { paths } from '@/api/schema'

export type Question = 'summary' | 'model-breakdown' | 'daily' | 'hourly' | 'monthly' | 'heatmap'

type Asking<Name extends Question> = paths[`/functions/vibeusage-usage-${Name}`]['get']

export type Parameters<Name extends Question> = NonNullable<Asking<Name>['parameters']['query']>
export type Answer<Name extends Question> =
  Asking<Name>['responses'][200]['content']['application/json']

export type Totals = Answer<'summary'>['totals']
export type SourceTotals = Answer<'model-breakdown'>['sources'][number]
export type HeatmapCell = Answer<'heatmap'>['weeks'][number][number]

/** Whose usage, of which source and model, in days of which zone. */
export interface Scope {
  user: string | undefined
  source: string | undefined
  model: string | undefined
  tz: string
}
