import { issuedToken } from './token'

let renewing: Promise<void> | undefined

/**
 * Waits until a token that is about to expire is renewed. Where that fails the old one stays, and
 * the server says what it is still good for.
 */
export async function renewExpiringToken(): Promise<void> {
  const renewal = issuedToken.value?.renewal
  if (!renewal || Date.now() < renewal.from) return
  renewing ??= import('./provider')
    .then(({ renewToken }) => renewToken())
    .catch(() => undefined)
    .finally(() => (renewing = undefined))
  await renewing
}
