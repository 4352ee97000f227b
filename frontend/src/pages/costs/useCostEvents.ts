import type { ComputedRef } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { ofUser } from '@/api/ofUser'
import { useLiveQuery } from '@/composables/useLiveQuery'
import { costQuery } from './costQuery'
import type { Selection } from './useCostFilters'

const EVENTS = '/api/usage/costs'

export interface Paged extends Selection {
  page: number
  pageSize: number
}

/** A page of the selected events, newest first, with a summary of all that are selected. */
export function useCostEvents(paged: ComputedRef<Paged>) {
  const api = apiClient()
  return useLiveQuery(EVENTS, paged, ({ page, pageSize, ...selection }, signal) => {
    const query = { ...costQuery(selection), page, page_size: pageSize }
    const headers = ofUser(selection.user)
    return answer(api.GET(EVENTS, { params: { query }, headers, signal }))
  })
}
