import { computed } from 'vue'
import { useMe } from '@/composables/useMe'
import { useWaysIn } from '@/composables/useWaysIn'
import { signedInToken } from '@/session/token'

/** By which id boards know the reader, if that can be told; passers-by are not asked who they are. */
export function useOwnId() {
  const { waysIn } = useWaysIn()
  const { me } = useMe({
    enabled: () => waysIn.value?.auth === 'local' || signedInToken.value !== null,
  })
  return computed(() => me.value?.id ?? undefined)
}
