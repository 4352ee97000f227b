/**
 * Where to go after signing in: `next` if it is a path of this site, else the first page.
 * Whoever makes a link to the sign-in page writes `next`, so it must not lead elsewhere.
 */
export function nextPath(next: unknown): string {
  if (typeof next !== 'string' || !URL.canParse(next, location.origin)) return '/'
  const { origin, pathname, search, hash } = new URL(next, location.origin)
  const within = origin === location.origin && /^\/(?!\/)/.test(pathname)
  return within && !pathname.startsWith('/sign-in') ? pathname + search + hash : '/'
}
