import { useQueryClient } from '@tanstack/vue-query'
import { promiseTimeout, useDocumentVisibility } from '@vueuse/core'
import { readonly, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue'
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
 * app, once; it listens while the page is visible and the reader is `admitted`.
 */
export function useLiveUpdates(admitted: MaybeRefOrGetter<boolean> = true): void {
  const refresh = useRefresh()
  const visibility = useDocumentVisibility()
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
      if (signal.aborted) return
      connected.value = false
      if (refused) return
      await promiseTimeout(RECONNECT_MILLISECONDS)
    }
  }

  watch(
    [visibility, signedInToken, () => toValue(admitted)],
    ([visible, , admitted], _before, onCleanup) => {
      if (visible !== 'visible' || !admitted) return
      const stop = new AbortController()
      onCleanup(() => {
        stop.abort()
        connected.value = false
      })
      void keepListening(stop.signal)
    },
    { immediate: true },
  )
}

/**
 * A function that asks again what is shown, at most every 2 s. Answers under way are waited for:
 * changes that come faster than answers would else keep any from arriving.
 */
function useRefresh() {
  const client = useQueryClient()
  let asking = false
  let outdated = false

  return async () => {
    outdated = true
    if (asking) return
    asking = true
    while (outdated) {
      outdated = false
      await client.invalidateQueries()
      await promiseTimeout(REFRESH_MILLISECONDS)
    }
    asking = false
  }
}

/** Nobody is signed in, or not with the right to read: asking again would not help. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 403)
}
