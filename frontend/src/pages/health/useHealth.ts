import { computed } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { useLiveQuery } from '@/composables/useLiveQuery'

/** How the store does, and what needs attention. */
export function useHealth() {
  const api = apiClient()
  const { data, loading, error, refresh } = useLiveQuery(
    '/v1/health',
    computed(() => ({})),
    (_, signal) => answer(api.GET('/v1/health', { signal })),
    { changesUnsaid: true },
  )
  return { health: data, loading, error, refresh }
}
