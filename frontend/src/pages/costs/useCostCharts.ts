import { computed, type ComputedRef } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { ofUser } from '@/api/ofUser'
import { useLiveQuery } from '@/composables/useLiveQuery'
import { costQuery } from './costQuery'
import type { Granularity, Selection } from './useCostFilters'

const CHARTS = '/api/usage/costs/models/daily'
const MODELS = '/functions/vibeusage-usage-model-breakdown'

export interface Drawing extends Selection {
  granularity: Granularity
  topModels: number
}

/**
 * Charts of tokens and cost by period and model, and all models of these days, whichever is
 * selected. Both are asked at once: a chart never stands there without the names of its models.
 */
export function useCostCharts(drawing: ComputedRef<Drawing>) {
  const api = apiClient()
  const { data, loading, error, refresh } = useLiveQuery(CHARTS, drawing, async (asked, signal) => {
    const headers = ofUser(asked.user)
    const days = { from: asked.startDate, to: asked.endDate }
    const [charts, models] = await Promise.all([
      answer(api.GET(CHARTS, { params: { query: chartsQuery(asked) }, headers, signal })),
      answer(api.GET(MODELS, { params: { query: { ...days, names: 'true' } }, headers, signal })),
    ])
    return { charts: charts.charts, models }
  })
  return {
    charts: computed(() => data.value?.charts),
    models: computed(() => data.value?.models),
    loading,
    error,
    refresh,
  }
}

/** The drawing as the API takes it. */
export function chartsQuery({ granularity, topModels, ...selection }: Drawing) {
  return { ...costQuery(selection), granularity, top_models: topModels }
}
