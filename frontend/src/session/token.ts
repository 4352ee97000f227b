import { shallowReadonly, shallowRef } from 'vue'
import type { Issued } from './issued'

const TOKEN = 'tokentally.token'
const ISSUED = 'tokentally.issued'

const token = shallowRef<string | null>(null)
const issued = shallowRef<Issued | null>(null)

/** The API key or token that the reader signed in with, or null. */
export const signedInToken = shallowReadonly(token)

/** What an identity provider said of that token; null for a key or token that was pasted. */
export const issuedToken = shallowReadonly(issued)

/** Signs in: for this tab, or until signed out if `stay`. */
export function keepToken(text: string, stay: boolean, from: Issued | null = null): void {
  const [storage, other] = stay ? [localStorage, sessionStorage] : [sessionStorage, localStorage]
  forgetIn(other)
  storage.setItem(ISSUED, JSON.stringify(from))
  storage.setItem(TOKEN, text) // last: other tabs read both when they hear of this one
  readKeptToken()
}

/** Signs out. */
export function forgetToken(): void {
  forgetIn(sessionStorage)
  forgetIn(localStorage)
  readKeptToken()
}

/** Whether the token outlives this tab. */
export function staysSignedIn(): boolean {
  return sessionStorage.getItem(TOKEN) === null && localStorage.getItem(TOKEN) !== null
}

/** Takes what is kept, which another tab may have changed. */
export function readKeptToken(): void {
  const storage = staysSignedIn() ? localStorage : sessionStorage
  token.value = storage.getItem(TOKEN)
  issued.value = JSON.parse(storage.getItem(ISSUED) ?? 'null') as Issued | null
}

function forgetIn(storage: Storage): void {
  storage.removeItem(ISSUED)
  storage.removeItem(TOKEN)
}

function reader(): string | null {
  return issued.value?.renewal?.profile.sub ?? token.value
}

readKeptToken()
window.addEventListener('storage', ({ key }) => {
  if (key !== TOKEN && key !== null) return
  const before = reader()
  readKeptToken()
  if (reader() !== before) location.reload() // signed in or out in another tab: show nothing old
})
