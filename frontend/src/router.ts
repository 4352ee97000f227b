import { createRouter, createWebHistory } from 'vue-router'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    {
      path: '/',
      component: () => import('./pages/leaderboard/LeaderboardPage.vue'),
      meta: { title: 'Leaderboard' },
    },
    { path: '/:unknown(.*)*', redirect: '/' },
  ],
})

router.afterEach(({ meta }) => {
  document.title = meta.title ? `${meta.title} · Tokentally` : 'Tokentally'
})
