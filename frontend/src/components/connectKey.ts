/** What stands in snippets for a key, and the scope that it must have. */
export interface SnippetKey {
  standsAs: string
  scope: string
}

/** The key of a sender whose events are its own user's. */
export const INGEST_KEY: SnippetKey = { standsAs: 'TOKENTALLY_KEY', scope: 'ingest' }
