import { describe, expect, test, vi } from 'vitest'
import { ref } from 'vue'
import { useModelData } from '@/composables/useModelData'
import { askedServer, heldBack, modelsAnswer } from './askedServer'
import { withQueryClient } from './withQueryClient'

function nextTask() {
  return new Promise((resolve) => setTimeout(resolve))
}

describe('useModelData', () => {
  test('gives the models and the freshness of the answer', async () => {
    askedServer(() => modelsAnswer('GPT-4.1'))

    const { models, loading, error, asOf } = withQueryClient(() => useModelData())
    expect([models.value, loading.value]).toEqual([[], true])
    await vi.waitUntil(() => !loading.value)

    expect(models.value).toEqual([
      {
        model: 'GPT-4.1',
        tokens: 1500,
        model_ids: ['gpt-4.1'],
        requests: 3,
        cost_usd: '0.012000',
        unpriced_tokens: 0,
      },
    ])
    expect(asOf.value).toBe('2026-11-21T10:00:00Z')
    expect(error.value).toBeNull()
  })

  test('sends no parameter that is not set', async () => {
    const requests = askedServer(() => modelsAnswer())

    const { loading } = withQueryClient(() => useModelData({ startDate: '', team: () => null }))
    await vi.waitUntil(() => !loading.value)

    expect(requests.map(({ url }) => new URL(url).pathname + new URL(url).search)).toEqual([
      '/tokens/models',
    ])
  })

  test('sends days, team and source as they are set', async () => {
    const requests = askedServer(() => modelsAnswer())

    const { loading } = withQueryClient(() =>
      useModelData({
        startDate: '2026-11-01',
        endDate: ref('2026-11-21'),
        team: () => 'R & D',
        source: 'codex',
      }),
    )
    await vi.waitUntil(() => !loading.value)

    const asked = Object.fromEntries(new URL(requests[0]?.url ?? '').searchParams)
    expect(asked).toEqual({
      start_date: '2026-11-01',
      end_date: '2026-11-21',
      team: 'R & D',
      source: 'codex',
    })
  })

  test('a late answer never overwrites a newer one', async () => {
    const late = heldBack(modelsAnswer('Of the older question'))
    askedServer((url) =>
      url.searchParams.get('start_date') === '2026-01-01'
        ? late.promise
        : modelsAnswer('Of the newer question'),
    )
    const startDate = ref('2026-01-01')

    const { models, loading } = withQueryClient(() => useModelData({ startDate }))
    startDate.value = '2026-11-01'
    await vi.waitUntil(() => !loading.value)
    late.arrive()
    await nextTask()

    expect(models.value.map(({ model }) => model)).toEqual(['Of the newer question'])
  })

  test('of two answers to one question the one asked last stays', async () => {
    const slow = heldBack(modelsAnswer('Asked second'))
    const replies = [modelsAnswer('Asked first'), slow.promise, modelsAnswer('Asked last')]
    askedServer(() => replies.shift() as Response)

    const { models, loading, refresh } = withQueryClient(() => useModelData())
    await vi.waitUntil(() => !loading.value)
    void refresh()
    await refresh()
    slow.arrive()
    await nextTask()

    expect(models.value.map(({ model }) => model)).toEqual(['Asked last'])
  })

  test("shows the API's detail when it refuses, and does not ask again by itself", async () => {
    const detail = 'end_date must not be before start_date'
    const requests = askedServer(() => Response.json({ detail }, { status: 400 }))

    const { models, loading, error } = withQueryClient(() => useModelData())
    await vi.waitUntil(() => error.value)

    expect(error.value).toBe(detail)
    expect([models.value, loading.value, requests.length]).toEqual([[], false, 1])
  })

  test('says so when the answer to a refusal is not understood', async () => {
    askedServer(() => new Response('<h1>Nope</h1>', { status: 404 }))

    const { error } = withQueryClient(() => useModelData())
    await vi.waitUntil(() => error.value)

    expect(error.value).toBe('The server answered with status 404')
  })

  test('an error leaves no models of another question behind', async () => {
    askedServer((url) =>
      url.searchParams.has('team')
        ? Response.json({ detail: 'No such team' }, { status: 400 })
        : modelsAnswer('GPT-4.1'),
    )
    const team = ref<string>()

    const { models, loading, error } = withQueryClient(() => useModelData({ team }))
    await vi.waitUntil(() => !loading.value)
    team.value = 'ghosts'
    await vi.waitUntil(() => error.value)

    expect([models.value, error.value]).toEqual([[], 'No such team'])
  })

  test('refresh asks again and clears the error when the answer comes', async () => {
    let healthy = false
    askedServer(() =>
      healthy ? modelsAnswer('GPT-4.1') : Response.json({ detail: 'Broken' }, { status: 400 }),
    )

    const { models, error, refresh } = withQueryClient(() => useModelData())
    await vi.waitUntil(() => error.value)
    healthy = true
    await refresh()

    expect(models.value.map(({ model }) => model)).toEqual(['GPT-4.1'])
    expect(error.value).toBeNull()
  })
})
