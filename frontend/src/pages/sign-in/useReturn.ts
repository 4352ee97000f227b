import { useMutation } from '@tanstack/vue-query'
import { until } from '@vueuse/core'
import { onMounted } from 'vue'
import { useWaysIn } from '@/composables/useWaysIn'
import type { Provider } from '@/session/issued'
import { useAdmission } from './useAdmission'

const NO_PROVIDER = 'This server signs nobody in at a provider.'
const NOT_ACCEPTED =
  'The identity provider signed you in, but this server does not accept its token. Its' +
  ' administrator finds in docs/access.md what must fit together.'

/** Signs in, once, with what the identity provider sent the reader back with. */
export function useReturn() {
  const { waysIn, error: unreached } = useWaysIn()
  const admission = useAdmission(NOT_ACCEPTED)
  const { mutate, error } = useMutation({
    networkMode: 'always',
    mutationFn: async () => {
      const { oidc } = await until(waysIn).toMatch((ways) => ways !== undefined)
      if (!oidc) throw new Error(NO_PROVIDER)
      await admission.mutateAsync(await signedInAt(oidc))
    },
  })
  onMounted(() => mutate())
  return { unreached, error }
}

async function signedInAt(provider: Provider) {
  const { comeBack, whyNot } = await import('@/session/provider')
  return comeBack(provider).catch((error: unknown) => {
    throw new Error(whyNot(error))
  })
}
