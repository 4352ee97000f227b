import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'

const ASK_AGAIN_MILLISECONDS = 10_000

/** How one signs in at this server: settings of the server, so asked once. */
export function useWaysIn() {
  const api = apiClient()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['/v1/sign-in'],
    queryFn: ({ signal }) => answer(api.GET('/v1/sign-in', { signal })),
    staleTime: 'static',
    refetchInterval: ({ state }) => !state.data && ASK_AGAIN_MILLISECONDS,
  })
  return {
    waysIn: data,
    needsSignIn: computed(() => data.value?.auth === 'token'),
    loading: isPending,
    error: computed(() => error.value?.message ?? null),
    refresh: refetch,
  }
}
