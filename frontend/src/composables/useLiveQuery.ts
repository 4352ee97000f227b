import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, shallowRef, toValue, watch, type ComputedRef, type MaybeRefOrGetter } from 'vue'
import { hearsOfChanges } from './useLiveUpdates'

const POLL_MILLISECONDS = 10_000
const POLL_WHILE_TOLD_MILLISECONDS = 60_000

/**
 * The API's answer to `question` at `path`, asked again when the server says that its data changed;
 * also every 60 s, and every 10 s while nobody says so (unless `poll` is false) or where the answer
 * may change without the data (`changesUnsaid`).
 * Answers belong to their question, so a late one never overwrites a newer one; until the
 * answer to a new question is there, `data` holds the previous one and `loading` is true.
 * Nothing is asked while `enabled` is false.
 * An error stays until the next answer, so that a failing poll does not make the page flicker.
 */
export function useLiveQuery<Question, Body>(
  path: string,
  question: ComputedRef<Question>,
  ask: (question: Question, signal: AbortSignal) => Promise<Body>,
  {
    poll = true,
    changesUnsaid = false,
    enabled = true,
  }: { poll?: boolean; changesUnsaid?: boolean; enabled?: MaybeRefOrGetter<boolean> } = {},
) {
  const query = useQuery({
    queryKey: computed(() => [path, question.value] as const),
    queryFn: ({ queryKey, signal }) => ask(queryKey[1] as Question, signal),
    enabled: computed(() => toValue(enabled)),
    placeholderData: keepPreviousData,
    refetchInterval: () => {
      const told = hearsOfChanges.value && !changesUnsaid
      return poll && (told ? POLL_WHILE_TOLD_MILLISECONDS : POLL_MILLISECONDS)
    },
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
