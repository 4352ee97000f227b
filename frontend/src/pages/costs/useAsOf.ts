import { computed } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { useLiveQuery } from '@/composables/useLiveQuery'

const SUMMARY = '/functions/vibeusage-usage-summary'
const QUESTION = computed(() => ({}))

/** When the newest event came in, whoever's it is; null before the first, undefined till known. */
export function useAsOf() {
  const api = apiClient()
  const { data, refresh } = useLiveQuery(SUMMARY, QUESTION, (_, signal) =>
    answer(api.GET(SUMMARY, { signal })),
  )
  return { asOf: computed(() => data.value?.as_of), refresh }
}
