import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import App from './App.vue'
import { createQueryClient } from './api/queryClient'
import './assets/theme.css'
import { router, showSignIn } from './router'

const app = createApp(App)
  .use(router)
  .use(VueQueryPlugin, { queryClient: createQueryClient(showSignIn) })

// Before that the address is taken for `/`, and signing in would lead back there.
void router.isReady().finally(() => app.mount('#app'))
