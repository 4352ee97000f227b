/** A colour for the light and for the dark theme, as hex so that canvas charts take it too. */
export interface ThemedColour {
  light: string
  dark: string
}

// Even steps round the OKLCH hue circle in two tones; each at least 3.9:1 against its surface.
const PALETTE: readonly [light: string, dark: string][] = [
  ['#ca435f', '#ee7d8d'],
  ['#923a3a', '#b96461'],
  ['#cb4a2b', '#ef8167'],
  ['#8f4015', '#b66945'],
  ['#b66001', '#e58b42'],
  ['#7f4e07', '#ab722d'],
  ['#9f7101', '#d39923'],
  ['#6f5803', '#997d22'],
  ['#897c05', '#b6a726'],
  ['#5c6000', '#818730'],
  ['#688800', '#92b348'],
  ['#3a691b', '#628f4a'],
  ['#089336', '#62bc6f'],
  ['#006d42', '#3c9467'],
  ['#02906f', '#16c096'],
  ['#006a5d', '#139483'],
  ['#178c89', '#1abcb8'],
  ['#00686f', '#0e919b'],
  ['#0d899f', '#10b8d5'],
  ['#0f647f', '#148db2'],
  ['#0784ba', '#35b0f1'],
  ['#0e5e9a', '#4585bf'],
  ['#3676dd', '#6ea4fb'],
  ['#42549e', '#677cc2'],
  ['#6e68da', '#9798f9'],
  ['#5f4b97', '#8373bc'],
  ['#925aca', '#b88deb'],
  ['#744388', '#996bad'],
  ['#ac4fae', '#d283d2'],
  ['#843c72', '#aa6597'],
  ['#bf4689', '#e47eb2'],
  ['#8e3957', '#b5627d'],
]

/** What is no model of its own: the rest of a chart, a part of tokens that has no name. */
export const NEUTRAL: ThemedColour = { light: '#98a1b0', dark: '#5d6678' }

/**
 * The model's colour: the same on every page and range, whatever else is shown. The name proposes
 * it; of two models that would share one the later takes the next that is free, and keeps it.
 */
export function modelColour(model: string): ThemedColour {
  const slot = slots.get(model) ?? takeSlot(model)
  const [light, dark] = PALETTE[slot] as [string, string]
  return { light, dark }
}

/** CSS that follows the theme in use. */
export function themedCss({ light, dark }: ThemedColour): string {
  return `light-dark(${light}, ${dark})`
}

const REMEMBERED = 'tokentally.colours'
const slots = remembered()

function takeSlot(model: string): number {
  const proposed = hash(model) % PALETTE.length
  const taken = new Set(slots.values())
  // Steps of 7 visit every slot, and a neighbour in line is no neighbour in hue.
  const inOrder = PALETTE.map((_, step) => (proposed + 7 * step) % PALETTE.length)
  const slot = inOrder.find((slot) => !taken.has(slot)) ?? proposed
  slots.set(model, slot)
  localStorage.setItem(REMEMBERED, JSON.stringify([...slots].slice(0, PALETTE.length)))
  return slot
}

function remembered(): Map<string, number> {
  try {
    const stored = JSON.parse(localStorage.getItem(REMEMBERED) ?? '[]') as [string, number][]
    return new Map(stored.filter(([, slot]) => slot in PALETTE))
  } catch {
    return new Map()
  }
}

// Chosen so that two dozen well-known models get as many colours, and the most used distant ones.
const SEED = 29988564

/** FNV-1a with a final mix. */
function hash(text: string): number {
  let value = SEED
  for (const character of text) {
    value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193)
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  return (value ^ (value >>> 13)) >>> 0
}
