import createClient from 'openapi-fetch'
import type { paths } from './schema'
import { isLocalhost, serverUrl } from './server'

export const TOKEN_KEY = 'tokentally.token'

/**
 * The token to send to `url`: a signed-in page sends its own to any host;
 * otherwise the configured one, and never to localhost.
 */
export function bearerFor(url: string): string | undefined {
  const signedIn = sessionStorage.getItem(TOKEN_KEY) ?? localStorage.getItem(TOKEN_KEY)
  if (signedIn) return signedIn
  return isLocalhost(url) ? undefined : import.meta.env.VITE_BACKEND_TOKEN
}

/** Typed calls to the API, with the bearer token where the rule above has one. */
export function apiClient() {
  const client = createClient<paths>({
    baseUrl: serverUrl(),
    fetch: (request) => fetch(request),
  })
  client.use({
    onRequest({ request }) {
      const token = bearerFor(request.url)
      if (token) request.headers.set('Authorization', `Bearer ${token}`)
    },
  })
  return client
}
