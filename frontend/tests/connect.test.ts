import { expect, test } from 'vitest'
import { CONNECTIONS, firstEventCommand, type Receiver } from '@/components/connect'

const OPEN: Receiver = { url: 'http://127.0.0.1:8000', needsKey: false }
const GUARDED: Receiver = { url: 'https://tokens.example.com', needsKey: true }

const code = (receiver: Receiver) =>
  CONNECTIONS.flatMap(({ snippets }) => snippets(receiver).map(({ code }) => code)).join('\n')

test('the first event goes to this server, without a key where none is needed', () => {
  expect(firstEventCommand(OPEN)).toContain('curl http://127.0.0.1:8000/v1/events')
  expect(code(OPEN)).not.toContain('Authorization')
})

test('the first event to a server with sign-in carries a key', () => {
  expect(firstEventCommand(GUARDED)).toContain('-H "Authorization: Bearer $TOKENTALLY_KEY"')
})

test('Python takes the key from the environment, never from its text', () => {
  const python = CONNECTIONS.find(({ id }) => id === 'python')?.snippets(GUARDED)[0]?.code

  expect(python).toContain('"https://tokens.example.com/v1/events"')
  expect(python).toContain('os.environ["TOKENTALLY_KEY"]')
})

test('no two ways in share an id, nor two snippets of one a label', () => {
  const ids = CONNECTIONS.map(({ id }) => id)
  const labels = CONNECTIONS.map(({ snippets }) => snippets(GUARDED).map(({ label }) => label))

  expect(new Set(ids).size).toBe(ids.length)
  for (const each of labels) expect(new Set(each).size).toBe(each.length)
})

test('only a server that others reach is offered to other machines', () => {
  expect(code(OPEN)).not.toContain('tokentally connect')
  expect(code(GUARDED)).toContain('tokentally connect https://tokens.example.com --agents codex')
})

test('a sentence names the key wherever a snippet shows one, and nowhere else', () => {
  for (const { key, snippets } of CONNECTIONS) {
    const text = snippets(GUARDED)
      .map(({ code }) => code)
      .join('\n')
    const shown = ['TOKENTALLY_KEY', 'tt_…'].find((placeholder) => text.includes(placeholder))

    if (shown) expect(key?.standsAs).toBe(shown)
    if (!key) expect(text).not.toContain('Bearer')
  }
  const scopes = new Set(CONNECTIONS.map(({ id, key }) => [id, key?.scope].join(' ')))
  expect(scopes).toContain('litellm ingest:any')
  expect(scopes).toContain('csv ')
})

test('telemetry goes to the address itself, with a key only where one is needed', () => {
  const telemetry = (receiver: Receiver) => {
    const snippets = CONNECTIONS.flatMap(({ snippets }) => snippets(receiver))
    return snippets.map(({ code }) => code).filter((code) => code.includes('OTEL_'))
  }

  for (const code of telemetry(GUARDED)) {
    expect(code).toContain('OTEL_EXPORTER_OTLP_ENDPOINT=https://tokens.example.com\n')
    expect(code).toContain('$TOKENTALLY_KEY"')
  }
  for (const code of telemetry(OPEN)) expect(code).not.toContain('HEADERS')
  expect([telemetry(GUARDED).length, telemetry(OPEN).length]).toEqual([2, 2])
})
