import type { Selection } from './useCostFilters'

/** The selection as `/api/usage/costs*` take it; whose usage it is goes in a header. */
export function costQuery({ startDate, endDate, model }: Selection) {
  return { range: 'custom' as const, start: startDate, end: endDate, model_id: model }
}
