/** The header by which the owner of a server without sign-in asks as `user`; none means themself. */
export function ofUser(user: string | undefined) {
  return user ? { 'X-Tokentally-User': encodeURIComponent(user) } : {}
}
