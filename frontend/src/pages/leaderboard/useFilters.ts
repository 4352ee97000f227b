import { computed } from 'vue'
import { useUrlQuery } from '@/composables/useUrlQuery'

/** The leaderboard's filters in the address: `q`, `source` and `team`. */
export function useFilters() {
  const { read, write } = useUrlQuery()
  const [search, source, team] = [read('q'), read('source'), read('team')]
  return {
    search,
    source,
    team,
    /** The answer is narrowed by more than its days. */
    filtered: computed(() => Boolean(source.value || team.value)),
    chooseSearch: (q: string | undefined) => write({ q }, 'replace'),
    chooseSource: (source: string | undefined) => write({ source }),
    chooseTeam: (team: string | undefined) => write({ team }),
    clear: () => write({ q: undefined, source: undefined, team: undefined }),
  }
}
