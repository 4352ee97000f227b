import type { ThemedColour } from './colours'
import { themedCss } from './colours'

export interface TooltipLine {
  name: string
  colour: ThemedColour
  text: string
}

/** The tooltip of a period, as elements: names come from senders and are text, never HTML. */
export function tooltipOf(title: string, total: string, lines: TooltipLine[]): HTMLElement {
  const box = document.createElement('div')
  box.className = 'min-w-40 text-xs'
  box.append(row('mb-1.5 font-semibold', [title, total]))
  for (const { name, colour, text } of lines) {
    const swatch = document.createElement('span')
    swatch.className = 'mr-1.5 inline-block size-2 rounded-xs'
    swatch.style.background = themedCss(colour)
    const line = row('py-px', [name, text])
    line.firstElementChild?.prepend(swatch)
    box.append(line)
  }
  return box
}

function row(classes: string, [left, right]: [string, string]): HTMLElement {
  const line = document.createElement('div')
  line.className = `flex items-baseline justify-between gap-6 ${classes}`
  line.append(cell('max-w-56 truncate', left), cell('tabular-nums', right))
  return line
}

function cell(classes: string, text: string): HTMLElement {
  const span = document.createElement('span')
  span.className = classes
  span.textContent = text
  return span
}
