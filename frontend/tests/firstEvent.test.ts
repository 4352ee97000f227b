import { expect, test } from 'vitest'
import { firstEventCommand } from '@/components/firstEvent'

test('the first event goes to this server, without a key on localhost', () => {
  expect(firstEventCommand('http://127.0.0.1:8000')).toContain(
    'curl http://127.0.0.1:8000/v1/events',
  )
  expect(firstEventCommand('http://127.0.0.1:8000')).not.toContain('Authorization')
})

test('the first event to another host carries a key', () => {
  expect(firstEventCommand('https://tokens.example.com')).toContain(
    '-H "Authorization: Bearer $TOKENTALLY_KEY"',
  )
})
