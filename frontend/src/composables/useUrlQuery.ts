import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** The parameters of the page's address: read them by name, change several in one step. */
export function useUrlQuery() {
  const route = useRoute()
  const router = useRouter()

  function read(name: string): ComputedRef<string | undefined> {
    return computed(() => [route.query[name]].flat()[0] || undefined)
  }

  /** `push` makes a step for the back button, `replace` does not; undefined removes. */
  function write(changes: Record<string, string | undefined>, how: 'push' | 'replace' = 'push') {
    void router[how]({ query: { ...route.query, ...changes } })
  }
  return { read, write }
}
