import { createApp, type Component } from 'vue'
import { expect, test } from 'vitest'
import CostValue from '@/components/CostValue.vue'
import TokenCount from '@/components/TokenCount.vue'

function shown(component: Component, props: Record<string, string>): HTMLElement {
  const host = document.createElement('div')
  createApp(component, props).mount(host)
  return host
}

test('a count beyond 2^53 is compact, and exact to the digit in its title', () => {
  const count = shown(TokenCount, { count: '9007199254740993' }).querySelector('data')

  expect(count?.getAttribute('value')).toBe('9007199254740993')
  expect(count?.title.replaceAll(/\D/g, '')).toBe('9007199254740993')
})

test.each([
  ['9007199254740993', '9007199254740992', 'unpriced $0.00'],
  ['9007199254740993', '9007199254740993', 'unpriced'],
  ['9007199254740993', '0', '$0.00'],
])('of %s tokens %s without a price cost %s', (tokens, unpricedTokens, text) => {
  const cost = shown(CostValue, { costUsd: '0.000000', tokens, unpricedTokens })

  expect(cost.textContent?.trim().replaceAll(/\s+/g, ' ')).toBe(text)
})
