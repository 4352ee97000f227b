/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Where the API answers; without it, the origin that served the page. */
  readonly VITE_BACKEND_URL?: string
  /** Read-only token for a page nobody signs in to (a wall display); never sent to localhost. */
  readonly VITE_BACKEND_TOKEN?: string
}

interface ImportMeta {
  readonly env: ImportMetaEnv
}
