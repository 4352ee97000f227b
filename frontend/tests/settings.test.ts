import { expect, test } from 'vitest'
import { fieldError } from '@/pages/settings/fieldError'
import { pictureMarkdown } from '@/pages/settings/pictures'
import { priceWish } from '@/pages/settings/priceWish'

test('the Markdown of a picture holds whatever a name holds', () => {
  expect(pictureMarkdown('https://t.example.com', 'ada/(x)@example.com', 'badge.svg')).toBe(
    '![tokens](https://t.example.com/u/ada%2F%28x%29%40example.com/badge.svg)',
  )
})

test('rates are sent as they were written, and those left blank are left out', () => {
  const said = { model: 'llama', effective_from: '2026-01-01', why: '' }
  const rates = { input: ' 0.10 ', output: '0.6', cached_input: '', cache_write: ' ' }

  expect(priceWish(said, rates)).toEqual({ ...said, input: '0.10', output: '0.6' })
})

test.each([
  ['team must be 1 to 200 characters', { field: 'team', text: 'Team must be 1 to 200 characters' }],
  ['team_lead must be known', { text: 'team_lead must be known' }],
  ['there is no such team', { text: 'there is no such team' }],
  [null, { text: null }],
])('a form tells the error %s by the label of its field', (error, told) => {
  expect(fieldError(error, { name: 'Name', team: 'Team' })).toEqual(told)
})
