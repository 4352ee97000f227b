import 'vue-router'

declare module 'vue-router' {
  interface RouteMeta {
    /** Name of the page: browser tab and navigation. */
    title?: string
    /** Whether the navigation lists it. */
    inMenu?: boolean
    /** Which parameters it takes over from the address of the page before. */
    keeps?: string[]
    /** Whether passers-by see it where the leaderboard is public. */
    mayBePublic?: boolean
  }
}
