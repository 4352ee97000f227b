import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { answer } from '@/api/answer'
import { apiClient } from '@/api/client'
import { ofUser } from '@/api/ofUser'
import { useLiveQuery } from '@/composables/useLiveQuery'
import type { Answer, Parameters, Question, Scope } from './ownUsage'

type Get<Name extends Question> = (
  path: string,
  init: object,
) => Promise<{ data?: Answer<Name>; error?: unknown; response: Response }>

/**
 * What the API tells of the usage in `scope`; `parameters` are those that the question has besides.
 * Nothing is asked while `enabled` is false.
 */
export function useOwnUsage<Name extends Question>(
  name: Name,
  scope: MaybeRefOrGetter<Scope>,
  parameters: MaybeRefOrGetter<Parameters<Name>>,
  enabled: MaybeRefOrGetter<boolean>,
) {
  const path = `/functions/vibeusage-usage-${name}`
  // The types of all these questions at once are more than the client's own can say.
  const get = apiClient().GET as unknown as Get<Name>
  const question = computed(() => {
    const { user, ...filters } = toValue(scope)
    return { query: { ...filters, ...toValue(parameters) }, user }
  })
  return useLiveQuery(
    path,
    question,
    ({ query, user }, signal) =>
      answer(get(path, { params: { query, header: ofUser(user) }, signal })),
    { enabled },
  )
}
