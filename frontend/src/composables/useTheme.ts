import { createGlobalState, useLocalStorage, usePreferredDark } from '@vueuse/core'
import { computed, watchEffect } from 'vue'

/** Light or dark: the system's preference until the reader chooses; the choice is remembered. */
export const useTheme = createGlobalState(() => {
  const chosen = useLocalStorage<'' | 'light' | 'dark'>('tokentally.theme', '')
  const prefersDark = usePreferredDark()
  const dark = computed(() => (chosen.value ? chosen.value === 'dark' : prefersDark.value))

  watchEffect(() => {
    document.documentElement.dataset.theme = dark.value ? 'dark' : 'light'
  })
  function toggle() {
    chosen.value = dark.value ? 'light' : 'dark'
  }
  return { dark, toggle }
})
