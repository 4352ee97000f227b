/** What can be chosen from a list; null stands for the choice that the page makes by itself. */
export interface Option {
  value: string | null
  label: string
  /** Small print beside it, found by a search too. */
  detail?: string
}

/** `all`, then each value once, by name; what is chosen is there even if nothing of it is. */
export function optionsOf(
  all: string,
  values: string[],
  chosen: string | undefined,
  nameOf = (value: string) => value,
): Option[] {
  const options = [...new Set(chosen ? [...values, chosen] : values)]
    .map((value) => ({ value, label: nameOf(value), detail: nameOf(value) === value ? '' : value }))
    .sort((a, b) => a.label.localeCompare(b.label) || a.detail.localeCompare(b.detail))
  return [{ value: null, label: all }, ...options]
}
