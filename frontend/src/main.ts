import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import App from './App.vue'
import { createQueryClient } from './api/queryClient'
import './assets/theme.css'
import { router, showSignIn, stopPassersBy } from './router'

const queryClient = createQueryClient(showSignIn)
stopPassersBy(queryClient)

const app = createApp(App).use(router).use(VueQueryPlugin, { queryClient })

// Before that the address is taken for `/`, and signing in would lead back there.
void router.isReady().finally(() => app.mount('#app'))
