import { createApp } from 'vue'
import { expect, test } from 'vitest'
import CostValue from '@/components/CostValue.vue'
import TokenCount from '@/components/TokenCount.vue'

test('a count beyond 2^53 is compact, and exact to the digit in its title', () => {
  const host = document.createElement('div')
  createApp(TokenCount, { count: '9007199254740993' }).mount(host)

  const shown = host.querySelector('data')
  expect(shown?.getAttribute('value')).toBe('9007199254740993')
  expect(shown?.title.replaceAll(/\D/g, '')).toBe('9007199254740993')
})

test.each([
  ['9007199254740993', '9007199254740992', 'unpriced $0.00'],
  ['9007199254740993', '9007199254740993', 'unpriced'],
  ['9007199254740993', '0', '$0.00'],
])('of %s tokens %s without a price cost %s', (tokens, unpricedTokens, text) => {
  const host = document.createElement('div')
  createApp(CostValue, { costUsd: '0.000000', tokens, unpricedTokens }).mount(host)

  expect(host.textContent?.trim().replaceAll(/\s+/g, ' ')).toBe(text)
})
