import type { UserProfile } from 'oidc-client-ts'

/** An OpenID Connect provider, and the client as which this page asks there. */
export interface Provider {
  issuer: string
  client_id: string
}

/** What a provider gave beside a token. */
export interface Issued {
  provider: Provider
  /** When the token stops being good, in seconds since 1970. */
  expiresAt: number
  /** What it takes to get the next token without asking the reader. */
  renewal?: { refreshToken: string; scope?: string; profile: UserProfile }
}
