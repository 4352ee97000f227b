/** The text of US dollars that the API told as a number of six decimals. */
export function usdText(dollars: number): `${number}` {
  return dollars.toFixed(6) as `${number}`
}

/** US dollars with all six decimals, so that those of a column stand one under the other. */
export function alignedDollars(dollars: number, locale?: string): string {
  const style = { style: 'currency', currency: 'USD', minimumFractionDigits: 6 } as const
  return new Intl.NumberFormat(locale, style).format(usdText(dollars))
}
