const UNITS: [unit: string, bytes: number][] = [
  ['gigabyte', 1e9],
  ['megabyte', 1e6],
  ['kilobyte', 1e3],
]

/** 1204224 → "1.2 MB". */
export function byteSize(bytes: number, locale?: string): string {
  const [unit, size] = UNITS.find(([, size]) => bytes >= size) ?? ['byte', 1]
  return measure(bytes / size, unit, locale)
}

/** 1.43 → "1.4 sec", 412 → "6.9 min"; very short times keep their milliseconds. */
export function duration(seconds: number, locale?: string): string {
  if (seconds >= 5400) return measure(seconds / 3600, 'hour', locale)
  if (seconds >= 90) return measure(seconds / 60, 'minute', locale)
  if (seconds > 0 && seconds < 0.1) return measure(seconds * 1000, 'millisecond', locale)
  return measure(seconds, 'second', locale)
}

function measure(value: number, unit: string, locale?: string): string {
  const digits = { maximumFractionDigits: value < 100 ? 1 : 0 }
  return new Intl.NumberFormat(locale, { style: 'unit', unit, ...digits }).format(value)
}
