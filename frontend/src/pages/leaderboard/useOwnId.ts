import { computed } from 'vue'
import { useMe } from '@/composables/useMe'
import { useWaysIn } from '@/composables/useWaysIn'

/** By which id boards know the reader, if that can be told; passers-by are not asked who they are. */
export function useOwnId() {
  const { admitted } = useWaysIn()
  const { me } = useMe({ enabled: admitted })
  return computed(() => me.value?.id ?? undefined)
}
