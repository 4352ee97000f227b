import { QueryClient } from '@tanstack/vue-query'
import { ApiError } from './answer'

/** Server state: refused questions are not repeated, failures once; works without internet too. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
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
