import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { expect, test, vi } from 'vitest'
import { useWhoseUsage } from '@/composables/useWhoseUsage'
import { askedServer } from './askedServer'
import { withQueryClient } from './withQueryClient'

const DAYS = { startDate: '2026-11-01', endDate: '2026-11-21' }

async function routerAt(address: string): Promise<Router> {
  const component = { render: () => null }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/usage', component }],
  })
  await router.push(address)
  return router
}

/** A server with or without sign-in, on which these have usage. */
function serverOf(auth: 'local' | 'token', users: { login: string; name: string }[]) {
  return askedServer(({ pathname }) =>
    pathname === '/v1/sign-in'
      ? Response.json({ auth, oidc: null, public_leaderboard: false })
      : Response.json({ users, as_of: null }),
  )
}

test('where nobody signs in the address names the user, and each can be chosen once', async () => {
  const ada = { login: 'ada', name: 'Ada L.' }
  serverOf('local', [ada, { login: 'local', name: 'me' }, { login: 'bob', name: 'bob' }, ada])
  const router = await routerAt('/usage?user=bob')

  const { user, others, canChoose, choose } = withQueryClient(() => useWhoseUsage(DAYS), router)
  await vi.waitUntil(() => others.value.length > 0)

  expect([user.value, canChoose.value]).toEqual(['bob', true])
  expect(others.value).toEqual([ada, { login: 'bob', name: 'bob' }])
  choose('ada')
  await vi.waitUntil(() => user.value === 'ada')
  expect(router.currentRoute.value.fullPath).toBe('/usage?user=ada')
})

test('with sign-in everybody sees their own usage, and nobody is asked about', async () => {
  const requests = serverOf('token', [{ login: 'ada', name: 'ada' }])
  const router = await routerAt('/usage?user=ada')

  const { user, others, canChoose } = withQueryClient(() => useWhoseUsage(DAYS), router)
  await vi.waitUntil(() => user.value === undefined)

  expect([canChoose.value, others.value]).toEqual([false, []])
  expect(requests.map(({ url }) => new URL(url).pathname)).toEqual(['/v1/sign-in'])
})
