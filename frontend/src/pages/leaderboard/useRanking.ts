import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import type { LeaderboardEntry } from '@/components/leaderboardEntry'

/** The entries that match the search; rank, bars and shares stay those of the whole list. */
export function useRanking<Entry extends LeaderboardEntry>(
  entries: MaybeRefOrGetter<Entry[]>,
  search: MaybeRefOrGetter<string | undefined>,
) {
  return {
    shown: computed(() => {
      const wanted = toValue(search)?.trim().toLowerCase() ?? ''
      return toValue(entries).filter(({ name, detail = '', team = '' }) =>
        `${name} ${detail} ${team}`.toLowerCase().includes(wanted),
      )
    }),
    most: computed(() => toValue(entries)[0]?.tokens ?? 0),
    total: computed(() => toValue(entries).reduce((sum, { tokens }) => sum + tokens, 0)),
  }
}
