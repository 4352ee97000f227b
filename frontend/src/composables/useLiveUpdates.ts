import { useQueryClient } from '@tanstack/vue-query'
import { useDocumentVisibility, useThrottleFn } from '@vueuse/core'
import { readonly, shallowRef, watch } from 'vue'
import { ApiError } from '@/api/answer'
import { dataVersions } from '@/api/changes'
import { signedInToken } from '@/session/token'

const RECONNECT_MILLISECONDS = 5_000
const REFRESH_MILLISECONDS = 2_000

const connected = shallowRef(false)

/** Whether the server tells this page when its answers change; else they are polled. */
export const hearsOfChanges = readonly(connected)

/**
 * Asks again what the page shows whenever the server says that its data changed. For the whole
 * app, once; it listens while the page is visible.
 */
export function useLiveUpdates(): void {
  const client = useQueryClient()
  const visibility = useDocumentVisibility()
  const refresh = useThrottleFn(() => client.invalidateQueries(), REFRESH_MILLISECONDS, true)
  let known: number | undefined

  async function listen(signal: AbortSignal): Promise<void> {
    for await (const version of dataVersions(signal)) {
      connected.value = true
      if (known !== undefined && known !== version) void refresh()
      known = version
    }
  }

  async function keepListening(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const refused = await listen(signal).then(() => false, isRefusal)
      connected.value = false
      if (refused) return
      await new Promise((resolve) => setTimeout(resolve, RECONNECT_MILLISECONDS))
    }
  }

  watch(
    [visibility, signedInToken],
    ([visible], _before, onCleanup) => {
      if (visible !== 'visible') return
      const stop = new AbortController()
      onCleanup(() => stop.abort())
      void keepListening(stop.signal)
    },
    { immediate: true },
  )
}

/** Nobody is signed in, or not with the right to read: asking again would not help. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 403)
}
