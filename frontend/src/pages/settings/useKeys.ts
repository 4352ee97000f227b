import { computed } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import type { components, paths } from '@/api/schema'
import { useChange } from '@/composables/useChange'
import { useLiveQuery } from '@/composables/useLiveQuery'

export type ApiKey = components['schemas']['KeyShown']
export type KeyWish = paths['/v1/keys']['post']['requestBody']['content']['application/json']

const KEYS = '/v1/keys'

/** The reader's API keys: those that are good first, newest first. */
export function useKeys() {
  const api = apiClient()
  const { data, loading, error, refresh } = useLiveQuery(
    KEYS,
    computed(() => null),
    (_, signal) => answer(api.GET(KEYS, { signal })),
    { poll: false },
  )
  const keys = computed(() =>
    [...(data.value?.keys ?? [])].sort(
      (a, b) => Number(a.revoked_at !== null) - Number(b.revoked_at !== null) || b.id - a.id,
    ),
  )
  return { keys, loading, error, refresh }
}

export function useNewKey() {
  const api = apiClient()
  return useChange((body: KeyWish) => answer(api.POST(KEYS, { body })), { changes: [KEYS] })
}

export function useRevocation() {
  const api = apiClient()
  return useChange(
    ({ id }: ApiKey) =>
      answer(api.DELETE('/v1/keys/{key_id}', { params: { path: { key_id: String(id) } } })),
    { changes: [KEYS] },
  )
}
