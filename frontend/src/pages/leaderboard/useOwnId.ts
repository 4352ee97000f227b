import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { useWaysIn } from '@/composables/useWaysIn'
import { signedInToken } from '@/session/token'

/** By which id boards know the reader, if that can be told: passers-by are not asked who they are. */
export function useOwnId() {
  const api = apiClient()
  const { waysIn } = useWaysIn()
  const { data: me } = useQuery({
    queryKey: ['/v1/me'],
    queryFn: ({ signal }) => answer(api.GET('/v1/me', { signal })),
    enabled: computed(() => waysIn.value?.auth === 'local' || signedInToken.value !== null),
    staleTime: 'static',
  })
  return computed(() => me.value?.id)
}
