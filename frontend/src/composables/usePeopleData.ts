import { computed } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { usageParameters, type UsageFilters } from './usageFilters'
import { useLiveQuery } from './useLiveQuery'

/** Tokens per person, once for each of their teams, most first; under names that may be shown. */
export function usePeopleData(filters: UsageFilters = {}) {
  const api = apiClient()
  const query = computed(() => usageParameters(filters))
  const { data, loading, error, refresh } = useLiveQuery('/tokens/users', query, (query, signal) =>
    answer(api.GET('/tokens/users', { params: { query }, signal })),
  )
  return {
    people: computed(() => data.value?.users ?? []),
    asOf: computed(() => data.value?.as_of ?? null),
    loading,
    error,
    refresh,
  }
}
