/** What can be chosen from a list; null stands for the choice that the page makes by itself. */
export interface Option {
  value: string | null
  label: string
  /** Small print beside it, found by a search too. */
  detail?: string
}
