import createClient from 'openapi-fetch'
import { renewExpiringToken } from '@/session/renewal'
import { signedInToken } from '@/session/token'
import type { paths } from './schema'
import { isLocalhost, serverUrl } from './server'

/**
 * The token to send to `url`: a signed-in page sends its own to any host;
 * otherwise the configured one, and never to localhost.
 */
export function bearerFor(url: string): string | undefined {
  if (signedInToken.value) return signedInToken.value
  return isLocalhost(url) ? undefined : import.meta.env.VITE_BACKEND_TOKEN
}

/** The `Authorization` header for `url`, where the rule above has a token. */
export function authorizationFor(url: string): Record<string, string> {
  const token = bearerFor(url)
  return token ? { Authorization: `Bearer ${token}` } : {}
}

/** Typed calls to the API, with the bearer token where the rule above has one and none is given. */
export function apiClient() {
  const client = createClient<paths, 'application/json'>({
    baseUrl: serverUrl(),
    fetch: (request) => fetch(request),
  })
  client.use({
    async onRequest({ request }) {
      if (request.headers.has('Authorization')) return
      await renewExpiringToken()
      for (const [name, value] of Object.entries(authorizationFor(request.url))) {
        request.headers.set(name, value)
      }
    },
  })
  return client
}
