import { RENAMED } from './renamedZones'

/** Every IANA time zone that this browser knows, by its present name, UTC first. */
export const ZONES: readonly string[] = [
  ...new Set(['UTC', ...Intl.supportedValuesOf('timeZone').map(presentName).sort()]),
]

/** The zone that this machine is set to. */
export function browserZone(): string {
  return zoneOf(Intl.DateTimeFormat().resolvedOptions().timeZone)
}

/** The zone with this name, be it one of before, as it is listed; UTC if it is none. */
export function zoneOf(name: string): string {
  const listed = browsersName(name)
  const zone = listed && presentName(listed)
  return zone && ZONES.includes(zone) ? zone : 'UTC'
}

/** An old browser may not know the present name yet. */
function presentName(name: string): string {
  const present = RENAMED[name]
  return present && browsersName(present) ? present : name
}

function browsersName(name: string): string | undefined {
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}
