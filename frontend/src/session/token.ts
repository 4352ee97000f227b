import { readonly, shallowRef } from 'vue'

const KEY = 'tokentally.token'

const token = shallowRef(sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY))

/** The API key or token that the reader signed in with, or null. */
export const signedInToken = readonly(token)

/** Signs in: for this tab, or until signed out if `stay`. */
export function keepToken(text: string, stay: boolean): void {
  forgetToken()
  const storage = stay ? localStorage : sessionStorage
  storage.setItem(KEY, text)
  token.value = text
}

/** Signs out. */
export function forgetToken(): void {
  sessionStorage.removeItem(KEY)
  localStorage.removeItem(KEY)
  token.value = null
}
