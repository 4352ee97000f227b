import { issuedToken } from './token'

const MARGIN_SECONDS = 60

let renewing: Promise<void> | undefined

/**
 * Waits until a token that is about to expire is renewed. Where that fails the old one stays, and
 * the server says what it is still good for.
 */
export async function renewExpiringToken(): Promise<void> {
  const issued = issuedToken.value
  if (!issued?.renewal || issued.expiresAt - Date.now() / 1000 > MARGIN_SECONDS) return
  renewing ??= import('./provider')
    .then(({ renewToken }) => renewToken())
    .catch(() => undefined)
    .finally(() => (renewing = undefined))
  await renewing
}
