import { createMemoryHistory, createRouter } from 'vue-router'
import { expect, test, vi } from 'vitest'
import { useTimeZone } from '@/composables/useTimeZone'
import { askedServer } from './askedServer'
import { withQueryClient } from './withQueryClient'

async function zoneAt(address: string, time_zone: string) {
  askedServer(() => Response.json({ name: 'local', time_zone }))
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/usage', component: { render: () => null } }],
  })
  await router.push(address)
  const { zone, own, ready } = withQueryClient(useTimeZone, router)
  const readyAtOnce = ready.value
  await vi.waitUntil(() => ready.value)
  return { zone, own, readyAtOnce }
}

test('days are those of the zone that the reader has set', async () => {
  const { zone, readyAtOnce } = await zoneAt('/usage', 'Asia/Tokyo')

  expect([readyAtOnce, zone.value]).toEqual([false, 'Asia/Tokyo'])
})

test('until they set one it is that of the browser', async () => {
  const { zone } = await zoneAt('/usage', '')

  expect(zone.value).toBe('America/Los_Angeles')
})

test('a zone in the address comes first, and waits for nothing', async () => {
  const { zone, own, readyAtOnce } = await zoneAt('/usage?tz=Europe/Paris', 'Asia/Tokyo')

  expect([readyAtOnce, zone.value]).toEqual([true, 'Europe/Paris'])
  await vi.waitUntil(() => own.value === 'Asia/Tokyo')
})
