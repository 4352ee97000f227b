import { beforeEach, expect, test, vi } from 'vitest'

type Colours = typeof import('@/charts/colours')

let modelColour: Colours['modelColour']
let themedCss: Colours['themedCss']

/** The page opened anew: what was remembered is read again. */
async function openPage() {
  vi.resetModules()
  ;({ modelColour, themedCss } = await import('@/charts/colours'))
}

beforeEach(async () => {
  localStorage.clear()
  await openPage()
})

test('a model keeps its colour from release to release', () => {
  expect(modelColour('GPT-4.1')).toEqual({ light: '#925aca', dark: '#b88deb' })
  expect(modelColour('Claude 4.6 Opus')).toEqual({ light: '#0d899f', dark: '#10b8d5' })
})

test('well-known models have colours of their own', () => {
  const names = ['GPT-4.1', 'GPT-4.1 Mini', 'GPT-5', 'GPT-5.2 Codex', 'Claude 4.6 Opus']

  expect(new Set(names.map((name) => modelColour(name).light)).size).toBe(names.length)
})

test('any name has a colour', () => {
  for (const name of ['', 'unknown', '模型', 'x'.repeat(200)]) {
    expect(themedCss(modelColour(name))).toMatch(/^light-dark\(#[\da-f]{6}, #[\da-f]{6}\)$/)
  }
})

test('as many models as there are colours never share one', () => {
  const names = Array.from({ length: 32 }, (_, at) => `model ${at}`)

  expect(new Set(names.map((name) => modelColour(name).light)).size).toBe(names.length)
})

test('a model keeps its colour when the page is opened with other models first', async () => {
  const names = Array.from({ length: 32 }, (_, at) => `model ${at}`)
  const before = names.map((name) => modelColour(name))

  await openPage()
  const after = names.toReversed().map((name) => modelColour(name))

  expect(after.toReversed()).toEqual(before)
})

test('what is remembered wrongly is forgotten', async () => {
  localStorage.setItem('tokentally.colours', 'no list')
  await openPage()

  expect(modelColour('GPT-4.1')).toEqual({ light: '#925aca', dark: '#b88deb' })
})
