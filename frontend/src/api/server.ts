/** Address of the Tokentally server, without a trailing slash. */
export function serverUrl(): string {
  return (import.meta.env.VITE_BACKEND_URL || window.location.origin).replace(/\/+$/, '')
}

/** True for localhost, 127.0.0.1 and [::1], on any port. */
export function isLocalhost(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)
}
