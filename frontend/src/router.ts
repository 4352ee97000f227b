import { createRouter, createWebHistory } from 'vue-router'
import { forgetToken } from './session/token'

const DAYS = ['period', 'start_date', 'end_date']

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    {
      path: '/',
      component: () => import('./pages/leaderboard/LeaderboardPage.vue'),
      meta: { title: 'Leaderboard', inMenu: true, keeps: DAYS },
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

/** Lets the reader sign in, and come back to this page; a token that was refused is forgotten. */
export function showSignIn(): void {
  forgetToken()
  const { path, fullPath } = router.currentRoute.value
  if (!path.startsWith('/sign-in'))
    void router.push({ path: '/sign-in', query: { next: fullPath } })
}
