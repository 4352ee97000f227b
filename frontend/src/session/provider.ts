import {
  ErrorResponse,
  OidcClient,
  WebStorageStateStore,
  type SigninResponse,
} from 'oidc-client-ts'
import type { Issued, Provider } from './issued'
import { issuedToken, keepToken, readKeptToken, signedInToken, staysSignedIn } from './token'

/** What is asked for: who the reader is. `offline_access` lets a token be renewed for long. */
const SCOPE = 'openid profile email'
const TO_STAY = 'offline_access'

/** The part of its life after which a token is renewed. */
const RENEWED_AFTER = 0.75

/** What comes back with the reader. */
interface Errand {
  next: string
  stay: boolean
}

export interface SignedIn extends Errand {
  token: string
  issued: Issued
}

/** Sends the reader to the provider, which sends them to `/sign-in/callback`. */
export async function goToProvider(provider: Provider, errand: Errand): Promise<void> {
  const client = clientOf(provider)
  const scopes = (await client.metadataService.getMetadata()).scopes_supported ?? []
  const lasting = errand.stay && scopes.includes(TO_STAY)
  const { url } = await client.createSigninRequest({
    scope: lasting ? `${SCOPE} ${TO_STAY}` : SCOPE,
    nonce: crypto.randomUUID(),
    state: errand,
  })
  location.assign(url)
}

/** What the provider sent the reader back with; throws what `whyNot` explains. */
export async function comeBack(provider: Provider): Promise<SignedIn> {
  const response = await clientOf(provider).processSigninResponse(location.href)
  const errand = response.userState as Errand
  return { ...errand, token: idToken(response), issued: issuedWith(response, provider) }
}

/** Gets the next token, unless another tab has meanwhile. */
export async function renewToken(): Promise<void> {
  await navigator.locks.request('tokentally.renewal', async () => {
    const [old, issued] = [signedInToken.value, issuedToken.value]
    readKeptToken()
    if (!old || !issued?.renewal || signedInToken.value !== old) return
    const { refreshToken, scope, profile } = issued.renewal
    const response = await clientOf(issued.provider).useRefreshToken({
      state: {
        refresh_token: refreshToken,
        id_token: old,
        session_state: null,
        scope,
        profile,
      },
    })
    response.refresh_token ??= refreshToken
    const renewed = issuedWith(response, issued.provider)
    keepToken(idToken(response), staysSignedIn(), renewed)
  })
}

/** Where the reader ends their session at the provider, or null where it offers no such page. */
export async function endOfSession(provider: Provider, token: string): Promise<string | null> {
  const client = clientOf(provider)
  if (!(await client.metadataService.getEndSessionEndpoint())) return null
  return (await client.createSignoutRequest({ id_token_hint: token })).url
}

/** Why signing in at the provider failed, in words for the reader. */
export function whyNot(error: unknown): string {
  if (error instanceof ErrorResponse)
    return `The identity provider refused: ${error.error_description || error.error}`
  const message = error instanceof Error ? error.message : String(error)
  if (/state/i.test(message)) return 'This sign-in was not begun in this tab, or is too old.'
  return `The identity provider cannot be reached from this page, or not understood (${message}).`
}

function clientOf({ issuer, client_id }: Provider): OidcClient {
  return new OidcClient({
    authority: issuer,
    client_id,
    redirect_uri: `${location.origin}/sign-in/callback`,
    post_logout_redirect_uri: `${location.origin}/sign-in`,
    scope: SCOPE,
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
  })
}

/** The server takes ID tokens: they are for this client, and say who signed in. */
function idToken({ id_token }: SigninResponse): string {
  if (!id_token) throw new Error('no ID token came')
  return id_token
}

function issuedWith(response: SigninResponse, provider: Provider): Issued {
  const { refresh_token: refreshToken, scope, profile } = response
  if (!refreshToken) return { provider }
  const from = Date.now() + (profile.exp - profile.iat) * 1000 * RENEWED_AFTER
  return { provider, renewal: { from, refreshToken, scope, profile } }
}
