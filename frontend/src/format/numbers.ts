type Locale = string | undefined

/** A whole number; those that may pass 2^53 come as digits, and keep each of them. */
export type Count = number | string

type Formattable = number | `${number}`

/** 1234567 → "1.23M"; the exact number belongs in the title. */
export function compactCount(count: Count, locale?: Locale): string {
  return new Intl.NumberFormat(locale, {
    notation: 'compact',
    maximumSignificantDigits: 3,
  }).format(count as Formattable)
}

/** 1234567 → "1,234,567". */
export function exactCount(count: Count, locale?: Locale): string {
  return new Intl.NumberFormat(locale).format(count as Formattable)
}

/** Part of a whole in per cent with one decimal; a small part never reads as nothing. */
export function percent(part: number, whole: number, locale?: Locale): string {
  const format = new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  })
  const share = whole > 0 ? part / whole : 0
  return share > 0 && share < 0.001 ? `<${format.format(0.001)}` : format.format(share)
}
