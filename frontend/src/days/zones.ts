/** Every IANA time zone that this browser knows, UTC first. */
export const ZONES: readonly string[] = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]

/** The zone that this machine is set to. */
export function browserZone(): string {
  return zoneOf(Intl.DateTimeFormat().resolvedOptions().timeZone)
}

/** The zone with this name, under whichever of its names this browser lists it; UTC if it is none. */
export function zoneOf(name: string): string {
  const listed = listedName(name)
  return listed && ZONES.includes(listed) ? listed : 'UTC'
}

function listedName(name: string): string | undefined {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}
