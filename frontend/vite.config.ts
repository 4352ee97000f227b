import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

const backend = 'http://127.0.0.1:8000'
const served = [
  '/tokens',
  '/v1',
  '/functions',
  '/api',
  '/u/',
  '/livez',
  '/readyz',
  '/metrics',
  '/openapi.json',
]

export default defineConfig({
  plugins: [vue(), tailwindcss()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // The chart library is one chunk of this size (kB) that loads with the first chart.
  build: { chunkSizeWarningLimit: 520 },
  server: {
    proxy: Object.fromEntries(served.map((path) => [path, { target: backend }])),
  },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.ts'],
    unstubGlobals: true,
    unstubEnvs: true,
    env: { TZ: 'America/Los_Angeles' },
  },
})
