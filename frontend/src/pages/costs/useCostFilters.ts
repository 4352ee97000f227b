import { computed } from 'vue'
import { usePeriod } from '@/composables/usePeriod'
import { useUrlQuery } from '@/composables/useUrlQuery'
import { useWhoseUsage } from '@/composables/useWhoseUsage'
import { wholeNumber } from './wholeNumber'

export const GRANULARITIES = [
  { id: 'day', label: 'Day' },
  { id: 'week', label: 'Week' },
  { id: 'month', label: 'Month' },
] as const
export type Granularity = (typeof GRANULARITIES)[number]['id']

export const MOST_TOP_MODELS = 12
const TOP_MODELS = 8
export const PAGE_SIZES = [25, 50, 100, 200]
const PAGE_SIZE = 50

/** A list of other events is read from its first page. */
const FIRST_PAGE = { page: undefined }

/** What the page is asked for in its address: whose usage, which days and model, how drawn. */
export function useCostFilters() {
  const { read, write } = useUrlQuery()
  const period = usePeriod('UTC', FIRST_PAGE)
  const { days } = period
  const whose = useWhoseUsage({
    startDate: () => days.value.startDate,
    endDate: () => days.value.endDate,
  })
  const [model, by, top] = [read('model'), read('granularity'), read('top')]
  const [page, size] = [read('page'), read('page_size')]
  const selection = computed(() => ({
    user: whose.user.value,
    startDate: days.value.startDate,
    endDate: days.value.endDate,
    model: model.value,
  }))
  return {
    ...period,
    ...whose,
    model,
    selection,
    granularity: computed(() => GRANULARITIES.find(({ id }) => id === by.value)?.id ?? 'day'),
    topModels: computed(() => wholeNumber(top.value, 1, MOST_TOP_MODELS) ?? TOP_MODELS),
    page: computed(() => wholeNumber(page.value, 1) ?? 1),
    pageSize: computed(() => wholeNumber(size.value, 1, 200) ?? PAGE_SIZE),
    chooseUser: (user: string | undefined) => write({ user, ...FIRST_PAGE }),
    chooseModel: (model: string | undefined) => write({ model, ...FIRST_PAGE }),
    chooseGranularity: (by: Granularity) => write({ granularity: by === 'day' ? undefined : by }),
    chooseTopModels: (top: number) => write({ top: top === TOP_MODELS ? undefined : String(top) }),
    choosePage: (page: number) => write({ page: page === 1 ? undefined : String(page) }),
    choosePageSize: (size: number) =>
      write({ page_size: size === PAGE_SIZE ? undefined : String(size), ...FIRST_PAGE }),
  }
}

/** Whose usage, in which UTC days, and of which model (an id) if not of all. */
export type Selection = ReturnType<typeof useCostFilters>['selection']['value']
