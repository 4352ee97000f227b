import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp, type Plugin } from 'vue'
import { onTestFinished } from 'vitest'
import { createQueryClient } from '@/api/queryClient'

/** Runs a composable in an app with a query client of its own, and `plugins`; unmounted after the test. */
export function withQueryClient<Result>(composable: () => Result, ...plugins: Plugin[]): Result {
  let result: Result | undefined
  const app = createApp({
    setup() {
      result = composable()
      return () => null
    },
  })
  app.use(VueQueryPlugin, { queryClient: createQueryClient() })
  for (const plugin of plugins) app.use(plugin)
  app.mount(document.createElement('div'))
  onTestFinished(() => app.unmount())
  return result as Result
}
