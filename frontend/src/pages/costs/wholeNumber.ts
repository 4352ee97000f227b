/** The number that `text` writes in digits, if it is within the limits. */
export function wholeNumber(text: string | undefined, least: number, most = 1e9) {
  const number = /^\d{1,10}$/.test(text ?? '') ? Number(text) : NaN
  return number >= least && number <= most ? number : undefined
}
