import type { UserProfile } from 'oidc-client-ts'

/** An OpenID Connect provider, and the client as which this page asks there. */
export interface Provider {
  issuer: string
  client_id: string
}

/** What it takes to get the next token without asking the reader. */
export interface Renewal {
  /** From when on, in milliseconds since 1970 by this device's clock, be it right or wrong. */
  from: number
  refreshToken: string
  scope?: string
  profile: UserProfile
}

/** What a provider gave beside a token. */
export interface Issued {
  provider: Provider
  renewal?: Renewal
}
