import { expect, test } from 'vitest'
import { nextPath } from '@/session/nextPath'

test.each(['/', '/usage', '/?tab=teams&period=7d', '/settings?model=gpt-4.1#prices'])(
  'after signing in the reader comes to %s',
  (next) => {
    expect(nextPath(next)).toBe(next)
  },
)

test.each([
  undefined,
  null,
  ['/usage'],
  '',
  'https://example.com/',
  '//example.com',
  '///example.com',
  '/\\example.com',
  '\\\\example.com',
  '/.//example.com',
  '/x/..//example.com',
  '\t//example.com',
  'javascript:alert(1)',
  'data:text/html,x',
  'http://[',
  `blob:${location.origin}/usage`,
])('a link with next=%s leads to the first page', (next) => {
  expect(nextPath(next)).toBe('/')
})

test('nobody is sent back to the sign-in page', () => {
  expect(nextPath('/sign-in?next=/usage')).toBe('/')
})
