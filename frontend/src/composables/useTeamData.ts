import { computed } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { dayParameters, type DayFilters } from './usageFilters'
import { useLiveQuery } from './useLiveQuery'

/** Tokens per team, most first, each with its users and their models. */
export function useTeamData(days: DayFilters = {}, options: { poll?: boolean } = {}) {
  const api = apiClient()
  const query = computed(() => dayParameters(days))
  const { data, loading, error, refresh } = useLiveQuery(
    '/tokens',
    query,
    (query, signal) => answer(api.GET('/tokens', { params: { query }, signal })),
    options,
  )
  return {
    teams: computed(() => data.value?.teams ?? []),
    asOf: computed(() => data.value?.as_of ?? null),
    loading,
    error,
    refresh,
  }
}
