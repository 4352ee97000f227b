import type { components } from '@/api/schema'

export type Health = components['schemas']['StoreHealth']
export type Finding = components['schemas']['FindingShown']
export type Delivery = components['schemas']['DeliveryShown']
export type Unpriced = components['schemas']['UnpricedModelsShown']
export type UnpricedModel = components['schemas']['UnpricedShown']

/** How the delivery of an event ended, in words, and whether senders should look into it. */
const OUTCOMES: Record<string, { name: string; grave?: boolean }> = {
  accepted: { name: 'Accepted' },
  duplicate: { name: 'Already known' },
  updated: { name: 'Updated' },
  superseded: { name: 'Superseded' },
  rejected: { name: 'Rejected', grave: true },
  mismatch: { name: 'Total differs from its parts', grave: true },
}

/** What the page says of an outcome; one that it does not know it shows as the API names it. */
export function outcome({ kind }: Delivery): { name: string; grave?: boolean } {
  return OUTCOMES[kind] ?? { name: kind }
}
