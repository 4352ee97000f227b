import { useQuery } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import type { components } from '@/api/schema'

export type Me = components['schemas']['Me']

export const ME = ['/v1/me']

const ASK_AGAIN_MILLISECONDS = 10_000

/**
 * Who the reader is, and what they may do; asked once, and kept up to date by what changes it.
 * Where passers-by are welcome, it must not be `enabled` for them: they would be asked to sign in.
 */
export function useMe({ enabled = true }: { enabled?: MaybeRefOrGetter<boolean> } = {}) {
  const api = apiClient()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ME,
    queryFn: ({ signal }) => answer(api.GET('/v1/me', { signal })),
    enabled: () => toValue(enabled),
    staleTime: 'static',
    refetchInterval: ({ state }) => !state.data && ASK_AGAIN_MILLISECONDS,
  })
  return {
    me: data,
    loading: isPending,
    error: computed(() => error.value?.message ?? null),
    refresh: refetch,
  }
}
