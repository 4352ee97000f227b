import { computed } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { usageParameters, type UsageFilters } from './usageFilters'
import { useLiveQuery } from './useLiveQuery'

/** Tokens per model, most first; filters that are empty are not sent. */
export function useModelData(filters: UsageFilters = {}) {
  const api = apiClient()
  const query = computed(() => usageParameters(filters))
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
