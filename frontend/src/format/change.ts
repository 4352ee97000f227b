/** By how much `now` differs from `before` in per cent, without a sign; `before` is not 0. */
export function changeInPercent(now: number, before: number, locale?: string): string {
  const change = (now - before) / before
  return new Intl.NumberFormat(locale, {
    style: 'percent',
    notation: Math.abs(change) < 100 ? 'standard' : 'compact',
    maximumFractionDigits: Math.abs(change) < 0.1 ? 1 : 0,
    signDisplay: 'never',
  }).format(change)
}
