import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import type { DayRange } from '@/days/utcDays'
import { pageLocale } from '@/format/locale'
import type { Scope } from './ownUsage'
import { useOwnUsage } from './useOwnUsage'
import { firstWeekday } from './weekdays'

export type State = 'usage' | 'loading' | 'error' | 'no events' | 'no match' | 'no usage'

const YEAR = { weeks: 52, week_starts_on: firstWeekday(pageLocale()) }

/**
 * What `days` add up to in `scope`, their sources and models, and the year up to today as a heatmap.
 * `choices` are the sources and models that there are to filter by, `nameOf` a model is
 * the name under which it is shown; `state` is what the page shows.
 */
export function useUsage(
  scope: MaybeRefOrGetter<Scope>,
  days: MaybeRefOrGetter<Partial<DayRange>>,
  ready: MaybeRefOrGetter<boolean>,
) {
  const range = () => ({ from: toValue(days).startDate, to: toValue(days).endDate })
  const named = () => ({ ...range(), names: 'true' as const })
  const ofAllModels = () => ({ ...toValue(scope), model: undefined })
  const ofAll = () => ({ ...ofAllModels(), source: undefined })

  const summary = useOwnUsage('summary', scope, range, ready)
  const breakdown = useOwnUsage('model-breakdown', ofAllModels, named, ready)
  const choices = useOwnUsage('model-breakdown', ofAll, named, ready)
  const heatmap = useOwnUsage('heatmap', scope, YEAR, ready)

  const filtered = computed(() => Boolean(toValue(scope).source || toValue(scope).model))
  const state = computed<State>(() => {
    const answer = summary.data.value
    if (!answer) return summary.error.value ? 'error' : 'loading'
    if (answer.totals.requests !== '0') return 'usage'
    if (answer.as_of === null) return 'no events'
    return filtered.value ? 'no match' : 'no usage'
  })
  function nameOf(model: string): string {
    return choices.data.value?.names?.[model] ?? model
  }
  return { summary, breakdown, heatmap, choices: choices.data, nameOf, state }
}
