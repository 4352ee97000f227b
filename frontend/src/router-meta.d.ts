import 'vue-router'

declare module 'vue-router' {
  interface RouteMeta {
    /** Name of the page: browser tab and navigation. */
    title?: string
  }
}
