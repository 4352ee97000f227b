import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, shallowRef, watch, type ComputedRef } from 'vue'

const POLL_MILLISECONDS = 10_000

/**
 * The API's answer to `question` at `path`, asked again every 10 s while the page is visible (unless
 * `poll` is false).
 * Answers belong to their question, so a late one never overwrites a newer one; until the
 * answer to a new question is there, `data` holds the previous one and `loading` is true.
 * An error stays until the next answer, so that a failing poll does not make the page flicker.
 */
export function useLiveQuery<Question, Body>(
  path: string,
  question: ComputedRef<Question>,
  ask: (question: Question, signal: AbortSignal) => Promise<Body>,
  { poll = true } = {},
) {
  const query = useQuery({
    queryKey: computed(() => [path, question.value] as const),
    queryFn: ({ queryKey, signal }) => ask(queryKey[1] as Question, signal),
    placeholderData: keepPreviousData,
    refetchInterval: poll && POLL_MILLISECONDS,
  })
  const failure = shallowRef<Error | null>(null)
  const forget = () => {
    failure.value = null
  }
  watch([question, query.dataUpdatedAt], forget, { flush: 'sync' })
  watch(query.error, (error) => (failure.value = error ?? failure.value), { flush: 'sync' })

  const outdated = computed(() => query.isPending.value || query.isPlaceholderData.value)
  return {
    data: computed(() => (failure.value && outdated.value ? undefined : query.data.value)),
    loading: computed(() => !failure.value && outdated.value),
    error: computed(() => failure.value?.message ?? null),
    async refresh() {
      forget()
      await query.refetch()
    },
  }
}
