import 'vue-router'

declare module 'vue-router' {
  interface RouteMeta {
    /** Name of the page: browser tab and navigation. */
    title?: string
    /** Whether the navigation lists it. */
    inMenu?: boolean
    /** Which parameters it takes over from the address of the page before. */
    keeps?: string[]
  }
}
