import { queryOptions, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer } from '@/api/answer'
import { apiClient, bearerFor } from '@/api/client'
import { serverUrl } from '@/api/server'

const ASK_AGAIN_MILLISECONDS = 10_000

/** How one signs in at this server: settings of the server, so asked once. */
export const WAYS_IN = queryOptions({
  queryKey: ['/v1/sign-in'],
  queryFn: ({ signal }) => answer(apiClient().GET('/v1/sign-in', { signal })),
  staleTime: 'static',
})

export function useWaysIn() {
  const { data, error, isPending, refetch } = useQuery({
    ...WAYS_IN,
    refetchInterval: ({ state }) => !state.data && ASK_AGAIN_MILLISECONDS,
  })
  return {
    waysIn: data,
    needsSignIn: computed(() => data.value?.auth === 'token'),
    /** Nobody needs to sign in here, or the reader has: they are no passer-by. */
    admitted: computed(() => data.value?.auth === 'local' || Boolean(bearerFor(serverUrl()))),
    loading: isPending,
    error: computed(() => error.value?.message ?? null),
    refresh: refetch,
  }
}
