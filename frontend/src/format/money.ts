/** A decimal text of US dollars such as "12.345678", to read at a glance: "$12.35". */
export function shortDollars(amount: string, locale?: string): string {
  const value = Number(amount)
  return dollars(locale, {
    notation: value >= 100_000 ? 'compact' : 'standard',
    maximumFractionDigits: value > 0 && value < 0.01 ? 6 : 2,
  }).format(value)
}

/** All six decimals, taken from the text itself so that no digit is lost. */
export function exactDollars(amount: string, locale?: string): string {
  return dollars(locale, { minimumFractionDigits: 2, maximumFractionDigits: 6 }).format(
    amount as `${number}`,
  )
}

function dollars(locale: string | undefined, options: Intl.NumberFormatOptions) {
  return new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', ...options })
}
