import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { useLiveQuery } from './useLiveQuery'

type Filter = MaybeRefOrGetter<string | null | undefined>

export interface ModelDataFilters {
  startDate?: Filter
  endDate?: Filter
  team?: Filter
  source?: Filter
}

/** Tokens per model, most first; filters that are empty are not sent. */
export function useModelData(filters: ModelDataFilters = {}) {
  const api = apiClient()
  const query = computed(() => ({
    start_date: toValue(filters.startDate) || undefined,
    end_date: toValue(filters.endDate) || undefined,
    team: toValue(filters.team) || undefined,
    source: toValue(filters.source) || undefined,
  }))
  const { data, loading, error, refresh } = useLiveQuery('/tokens/models', query, (query, signal) =>
    answer(api.GET('/tokens/models', { params: { query }, signal })),
  )
  return {
    models: computed(() => data.value?.models ?? []),
    asOf: computed(() => data.value?.as_of ?? null),
    loading,
    error,
    refresh,
  }
}
