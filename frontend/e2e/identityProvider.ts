import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const CLIENT_ID = 'tokentally'

interface Grant {
  challenge: string
  redirectUri: string
  nonce: string
}

export interface IdentityProvider {
  issuer: string
  /** The settings of a server whose people sign in here. */
  settings: Record<string, string>
  /** What clients asked the token endpoint for, with the status that they got. */
  answered: { grant: string; status: number }[]
  stop(): Promise<void>
}

const CORS = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' }
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** An OpenID Connect provider: authorization code with PKCE (S256), RS256, refresh tokens. */
export async function startProvider(): Promise<IdentityProvider> {
  const grants = new Map<string, Grant>()
  const refreshTokens = new Set<string>()
  const answered: IdentityProvider['answered'] = []
  const server = createServer((request, response) => void route(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function route(request: IncomingMessage, response: ServerResponse) {
    const { pathname, searchParams } = new URL(request.url ?? '/', issuer)
    if (request.method === 'OPTIONS') return void response.writeHead(204, CORS).end()
    if (pathname === '/.well-known/openid-configuration') return send(response, 200, discovery())
    if (pathname === '/jwks') return send(response, 200, { keys: [publicJwk()] })
    if (pathname === '/authorize') return authorize(searchParams, response)
    if (pathname === '/token') return token(new URLSearchParams(await bodyOf(request)), response)
    if (pathname === '/end') return redirect(response, searchParams.get('post_logout_redirect_uri'))
    response.writeHead(404).end()
  }

  function discovery() {
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      end_session_endpoint: `${issuer}/end`,
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    }
  }

  /** A page with two links: one lets the reader in, one turns them away. */
  function authorize(asked: URLSearchParams, response: ServerResponse) {
    const [code, redirectUri] = [randomUUID(), asked.get('redirect_uri') ?? '']
    const good =
      asked.get('client_id') === CLIENT_ID && asked.get('code_challenge_method') === 'S256'
    if (!good) return void response.writeHead(400).end()
    const challenge = asked.get('code_challenge') ?? ''
    grants.set(code, { challenge, redirectUri, nonce: asked.get('nonce') ?? '' })
    const back = (said: Record<string, string>) =>
      `${redirectUri}?${new URLSearchParams({ ...said, state: asked.get('state') ?? '' })}`.replace(
        /&/g,
        '&amp;',
      )
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(
      `<a href="${back({ code })}">Let me in</a>
       <a href="${back({ error: 'access_denied', error_description: 'not today' })}">No</a>`,
    )
  }

  function token(sent: URLSearchParams, response: ServerResponse) {
    const grant = sent.get('grant_type') ?? ''
    const status = allowed(grant, sent) ? 200 : 400
    answered.push({ grant, status })
    if (status === 400) return send(response, 400, { error: 'invalid_grant' })
    const code = grants.get(sent.get('code') ?? '')
    grants.delete(sent.get('code') ?? '')
    const refreshToken = randomUUID()
    refreshTokens.add(refreshToken)
    send(response, 200, {
      access_token: 'opaque',
      token_type: 'Bearer',
      expires_in: 300,
      refresh_token: refreshToken,
      scope: 'openid profile email',
      id_token: idToken(code?.nonce),
    })
  }

  function allowed(grant: string, sent: URLSearchParams): boolean {
    if (grant === 'refresh_token') return refreshTokens.delete(sent.get('refresh_token') ?? '')
    const code = grants.get(sent.get('code') ?? '')
    const verifier = createHash('sha256').update(sent.get('code_verifier') ?? '')
    return (
      code !== undefined &&
      code.challenge === verifier.digest('base64url') &&
      code.redirectUri === sent.get('redirect_uri')
    )
  }

  function idToken(nonce: string | undefined): string {
    const now = Math.floor(Date.now() / 1000)
    const said = { iss: issuer, aud: CLIENT_ID, sub: 'hopper', name: 'Grace Hopper', nonce }
    const claims = { ...said, iat: now, exp: now + 300, jti: randomUUID() }
    return signed({ alg: 'RS256', typ: 'JWT', kid: 'e2e' }, claims)
  }

  return {
    issuer,
    settings: {
      TOKENTALLY_AUTH: 'token',
      TOKENTALLY_JWKS_URL: `${issuer}/jwks`,
      TOKENTALLY_JWT_AUDIENCE: CLIENT_ID,
      TOKENTALLY_JWT_ISSUER: issuer,
      TOKENTALLY_OIDC_ISSUER: issuer,
      TOKENTALLY_OIDC_CLIENT_ID: CLIENT_ID,
    },
    answered,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function publicJwk() {
  return { ...publicKey.export({ format: 'jwk' }), kid: 'e2e', use: 'sig', alg: 'RS256' }
}

function signed(...parts: object[]): string {
  const text = parts
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`
}

function send(response: ServerResponse, status: number, body: object) {
  response.writeHead(status, { ...CORS, 'Content-Type': 'application/json' })
  response.end(JSON.stringify(body))
}

function redirect(response: ServerResponse, to: string | null) {
  response.writeHead(302, { Location: to ?? '/' }).end()
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}
