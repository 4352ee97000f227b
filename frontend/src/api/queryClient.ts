import { MutationCache, QueryCache, QueryClient } from '@tanstack/vue-query'
import { ApiError } from './answer'

/**
 * Server state: refused questions are not repeated, failures once; works without internet too.
 * `onSignedOut` is called when the server says that nobody is signed in.
 */
export function createQueryClient(onSignedOut: () => void = () => {}): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiError && error.status === 401) onSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        networkMode: 'always',
        retry: (failures, error) => failures < 1 && !isRefusal(error),
        retryDelay: 1000,
      },
    },
  })
}

function isRefusal(error: Error): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500
}
