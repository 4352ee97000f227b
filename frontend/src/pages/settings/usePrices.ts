import { computed } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import type { components, paths } from '@/api/schema'
import { useChange } from '@/composables/useChange'
import { useLiveQuery } from '@/composables/useLiveQuery'

export type PriceInForce = components['schemas']['PriceInForce']
export type PriceSet = components['schemas']['PriceSet']
export type PriceWish =
  paths['/v1/admin/prices']['post']['requestBody']['content']['application/json']
export type AliasWish =
  paths['/v1/admin/aliases']['post']['requestBody']['content']['application/json']

const PRICES = '/v1/admin/prices'
const ALIASES = '/v1/admin/aliases'

/** The prices of today, by model. */
export function usePrices() {
  const api = apiClient()
  const { data, loading, error, refresh } = useLiveQuery(
    PRICES,
    computed(() => null),
    (_, signal) => answer(api.GET(PRICES, { signal })),
    { poll: false },
  )
  return { prices: computed(() => data.value?.prices ?? []), loading, error, refresh }
}

export function useNewPrice() {
  const api = apiClient()
  return useChange((body: PriceWish) => answer(api.POST(PRICES, { body })), { changes: [PRICES] })
}

/** Names that stand for other models. */
export function useAliases() {
  const api = apiClient()
  const { data, loading, error, refresh } = useLiveQuery(
    ALIASES,
    computed(() => null),
    (_, signal) => answer(api.GET(ALIASES, { signal })),
    { poll: false },
  )
  return { aliases: computed(() => data.value?.aliases ?? []), loading, error, refresh }
}

export function useNewAlias() {
  const api = apiClient()
  return useChange((body: AliasWish) => answer(api.POST(ALIASES, { body })), {
    changes: [ALIASES, PRICES],
  })
}
