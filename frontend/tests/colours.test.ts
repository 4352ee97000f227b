import { expect, test } from 'vitest'
import { modelColour, themedCss } from '@/charts/colours'

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
