import { computed } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { dayParameters, type DayFilters } from './usageFilters'
import { useLiveQuery } from './useLiveQuery'

/** Tokens and cost of each team on each model. */
export function useCostEfficiency(days: DayFilters = {}) {
  const api = apiClient()
  const query = computed(() => dayParameters(days))
  const { data, loading, error, refresh } = useLiveQuery(
    '/tokens/cost-efficiency',
    query,
    (query, signal) => answer(api.GET('/tokens/cost-efficiency', { params: { query }, signal })),
  )
  return { cells: computed(() => data.value?.cells ?? []), loading, error, refresh }
}
