import { useMutation } from '@tanstack/vue-query'
import type { Provider } from '@/session/issued'

interface Departure {
  provider: Provider
  stay: boolean
  next: string
}

/** Sends the reader to the identity provider. */
export function useProviderSignIn() {
  return useMutation({
    networkMode: 'always',
    mutationFn: async ({ provider, ...errand }: Departure) => {
      const { goToProvider, whyNot } = await import('@/session/provider')
      await goToProvider(provider, errand).catch((error: unknown) => {
        throw new Error(whyNot(error))
      })
    },
  })
}
