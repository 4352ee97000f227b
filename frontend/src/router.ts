import type { QueryClient } from '@tanstack/vue-query'
import { createRouter, createWebHistory } from 'vue-router'
import { bearerFor } from './api/client'
import { serverUrl } from './api/server'
import { WAYS_IN } from './composables/useWaysIn'
import { forgetToken } from './session/token'

const DAYS = ['period', 'start_date', 'end_date']

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    {
      path: '/',
      component: () => import('./pages/leaderboard/LeaderboardPage.vue'),
      meta: { title: 'Leaderboard', inMenu: true, keeps: DAYS, mayBePublic: true },
    },
    {
      path: '/usage',
      component: () => import('./pages/usage/UsagePage.vue'),
      meta: { title: 'Usage', inMenu: true, keeps: ['user', ...DAYS] },
    },
    {
      path: '/costs',
      component: () => import('./pages/costs/CostsPage.vue'),
      meta: { title: 'Costs', inMenu: true, keeps: ['user', ...DAYS] },
    },
    {
      path: '/settings',
      component: () => import('./pages/settings/SettingsPage.vue'),
      meta: { title: 'Settings', inMenu: true },
    },
    {
      path: '/health',
      component: () => import('./pages/health/HealthPage.vue'),
      meta: { title: 'Health', inMenu: true },
    },
    {
      path: '/sign-in',
      component: () => import('./pages/sign-in/SignInPage.vue'),
      meta: { title: 'Sign in' },
    },
    {
      path: '/sign-in/callback',
      component: () => import('./pages/sign-in/CallbackPage.vue'),
      meta: { title: 'Sign in' },
    },
    {
      path: '/:unknown(.*)*',
      component: () => import('./pages/not-found/NotFoundPage.vue'),
      meta: { title: 'Not found' },
    },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
})

router.afterEach(({ meta }) => {
  document.title = meta.title ? `${meta.title} · Tokentally` : 'Tokentally'
})

/** Lets passers-by sign in before a page asks in vain what is not for them. */
export function stopPassersBy(client: QueryClient): void {
  router.beforeEach(async ({ path, fullPath, meta }) => {
    if (path.startsWith('/sign-in') || bearerFor(serverUrl())) return true
    const ways = await client.fetchQuery(WAYS_IN).catch(() => undefined)
    if (ways?.auth !== 'token' || (meta.mayBePublic && ways.public_leaderboard)) return true
    return { path: '/sign-in', query: { next: fullPath } }
  })
}

/** Lets the reader sign in, and come back to this page; a token that was refused is forgotten. */
export function showSignIn(): void {
  forgetToken()
  const { path, fullPath } = router.currentRoute.value
  if (!path.startsWith('/sign-in'))
    void router.push({ path: '/sign-in', query: { next: fullPath } })
}
