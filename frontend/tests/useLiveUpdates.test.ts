import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hearsOfChanges, useLiveUpdates } from '@/composables/useLiveUpdates'
import { useModelData } from '@/composables/useModelData'
import { forgetToken, keepToken } from '@/session/token'
import { heldBack, modelsAnswer } from './askedServer'
import { toldServer } from './toldServer'
import { withQueryClient } from './withQueryClient'

beforeEach(() => {
  vi.useFakeTimers()
  forgetToken()
})
afterEach(() => {
  show('visible')
  vi.useRealTimers()
})

function show(state: 'visible' | 'hidden') {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
  document.dispatchEvent(new Event('visibilitychange'))
}

/** The page, with models on it, after its first answer; told of nothing yet. */
async function openPage() {
  const page = withQueryClient(() => {
    useLiveUpdates()
    return useModelData()
  })
  await vi.advanceTimersByTimeAsync(1)
  return page
}

describe('a page that is told of changes', () => {
  test('asks again when the version changes, and only then', async () => {
    const server = toldServer(() => modelsAnswer('GPT-4.1'))
    await openPage()
    const [connection] = server.connections

    await connection?.tell(7)
    await connection?.tell(7)
    expect(server.asked).toBe(1)
    await connection?.tell(8)

    expect(server.asked).toBe(2)
  })

  test('asks at most every 2 s, and does not miss the last change', async () => {
    const server = toldServer(() => modelsAnswer('GPT-4.1'))
    await openPage()
    const [connection] = server.connections
    for (let version = 1; version <= 20; version++) await connection?.tell(version)
    expect(server.asked).toBe(2)

    await vi.advanceTimersByTimeAsync(2_000)
    expect(server.asked).toBe(3)
    await vi.advanceTimersByTimeAsync(10_000)

    expect(server.asked).toBe(3)
  })

  test('gets its answer although changes come faster than answers', async () => {
    const slow = heldBack(modelsAnswer('Slow'))
    const replies = [modelsAnswer('First'), slow.promise, modelsAnswer('Last')]
    const server = toldServer(() => replies.shift() as Response)
    const { models } = await openPage()
    const [connection] = server.connections
    await connection?.tell(1)
    await connection?.tell(2)
    await vi.advanceTimersByTimeAsync(3_000)
    await connection?.tell(3)
    expect(server.asked).toBe(2)

    slow.arrive()
    await vi.advanceTimersByTimeAsync(10)
    expect(models.value[0]?.model).toBe('Slow')
    await vi.advanceTimersByTimeAsync(2_000)

    expect(models.value[0]?.model).toBe('Last')
  })

  test('polls once a minute instead of every 10 s', async () => {
    const server = toldServer(() => modelsAnswer('GPT-4.1'))
    await openPage()
    await server.connections[0]?.tell(7)
    expect(hearsOfChanges.value).toBe(true)

    await vi.advanceTimersByTimeAsync(50_000)
    expect(server.asked).toBeLessThanOrEqual(2)
  })
})

describe('a connection that ends', () => {
  test('is made again after 5 s, and meanwhile the page polls', async () => {
    const server = toldServer(() => modelsAnswer('GPT-4.1'))
    await openPage()
    await server.connections[0]?.tell(7)
    await server.connections[0]?.end()
    expect([hearsOfChanges.value, server.attempts]).toEqual([false, 1])

    await vi.advanceTimersByTimeAsync(5_000)
    await server.connections[1]?.tell(7)

    expect([hearsOfChanges.value, server.attempts, server.asked]).toEqual([true, 2, 1])
  })

  test('tells what changed while there was none', async () => {
    const server = toldServer(() => modelsAnswer('GPT-4.1'))
    await openPage()
    await server.connections[0]?.tell(7)
    await server.connections[0]?.end()

    await vi.advanceTimersByTimeAsync(5_000)
    await server.connections[1]?.tell(8)

    expect(server.asked).toBe(2)
  })

  test.each([503, 500, 404])('is tried again where it was refused with %i', async (status) => {
    const server = toldServer(
      () => modelsAnswer('GPT-4.1'),
      (attempt) => (attempt === 1 ? status : undefined),
    )
    await openPage()

    await vi.advanceTimersByTimeAsync(5_000)

    expect([server.attempts, server.connections.length]).toEqual([2, 1])
  })
})

describe('a reader who may not listen', () => {
  test.each([401, 403])('is not asked for again after %i, and the page polls', async (status) => {
    const server = toldServer(
      () => modelsAnswer('GPT-4.1'),
      () => status,
    )
    await openPage()

    await vi.advanceTimersByTimeAsync(30_500)

    expect([server.attempts, hearsOfChanges.value]).toEqual([1, false])
    expect(server.asked).toBe(4)
  })

  test('listens once signed in', async () => {
    const server = toldServer(
      () => modelsAnswer('GPT-4.1'),
      (attempt) => (attempt === 1 ? 401 : undefined),
    )
    await openPage()

    keepToken('mine', false)
    await vi.advanceTimersByTimeAsync(1)

    expect(server.connections.map(({ from }) => from)).toEqual(['Bearer mine'])
  })
})

test('a hidden page does not listen, and hears of what changed when it is shown', async () => {
  const server = toldServer(() => modelsAnswer('GPT-4.1'))
  await openPage()
  await server.connections[0]?.tell(7)

  show('hidden')
  await vi.advanceTimersByTimeAsync(60_000)
  expect([server.attempts, server.connections[0]?.open, hearsOfChanges.value]).toEqual([
    1,
    false,
    false,
  ])
  const before = server.asked
  show('visible')
  await vi.advanceTimersByTimeAsync(1)
  await server.connections[1]?.tell(8)

  expect(server.asked).toBe(before + 1)
})
