import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import { onTestFinished } from 'vitest'
import { createQueryClient } from '@/api/queryClient'

/** Runs a composable in an app with a query client of its own; unmounted after the test. */
export function withQueryClient<Result>(composable: () => Result): Result {
  let result: Result | undefined
  const app = createApp({
    setup() {
      result = composable()
      return () => null
    },
  })
  app.use(VueQueryPlugin, { queryClient: createQueryClient() })
  app.mount(document.createElement('div'))
  onTestFinished(() => app.unmount())
  return result as Result
}
