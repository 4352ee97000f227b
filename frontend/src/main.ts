import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import App from './App.vue'
import { createQueryClient } from './api/queryClient'
import './assets/theme.css'
import { router, showSignIn } from './router'

createApp(App)
  .use(router)
  .use(VueQueryPlugin, { queryClient: createQueryClient(showSignIn) })
  .mount('#app')
