/** The reader's language tag, for formatters that want one named. */
export function pageLocale(): string {
  return navigator.language
}
