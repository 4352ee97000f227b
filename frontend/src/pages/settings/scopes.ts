/** What each scope of a key allows, in words. */
export const SCOPES: { scope: string; allows: string }[] = [
  { scope: 'ingest', allows: 'Send events, which are yours whatever they say' },
  { scope: 'ingest:any', allows: 'Send events of any user and team: for gateways' },
  { scope: 'read', allows: 'See everything that is shown, and your settings and keys' },
  { scope: 'admin', allows: 'Everything, and change users and prices' },
]
