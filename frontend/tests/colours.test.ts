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
  expect(modelColour('GPT-4.1')).toEqual({ light: '#8f4015', dark: '#b66945' })
  expect(modelColour('Claude 4.6 Opus')).toEqual({ light: '#8e3957', dark: '#b5627d' })
})

test('well-known models have the same colours whichever page was opened first', async () => {
  const names = [
    'GPT-5.2 Codex',
    'GPT-5.1 Codex',
    'GPT-5.2',
    'GPT-5',
    'GPT-5 Mini',
    'GPT-4.1',
    'GPT-4.1 Mini',
    'GPT-4o',
    'GPT-4o Mini',
    'Claude Opus 4.5',
    'Claude Sonnet 4.5',
    'Claude Haiku 4.5',
    'Claude 4.6 Opus',
    'Claude Sonnet 4',
    'Gemini 2.5 Pro',
    'Gemini 2.5 Flash',
    'Gemini 3 Pro',
    'Llama 4 Scout',
    'Text Embedding 3 Large',
    'Text Embedding 3 Small',
    'Grok 4',
    'Deepseek V3',
    'Kimi K2',
    'Qwen3 Coder',
  ]
  const before = names.map((name) => modelColour(name))

  localStorage.clear()
  await openPage()
  const after = names.toReversed().map((name) => modelColour(name))

  expect(after.toReversed()).toEqual(before)
  expect(new Set(before.map(({ light }) => light)).size).toBe(names.length)
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

  expect(modelColour('GPT-4.1')).toEqual({ light: '#8f4015', dark: '#b66945' })
})
