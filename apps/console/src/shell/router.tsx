import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Inside } from './inside.tsx'
import { NotFound } from './not-found.tsx'
import { prefix } from './prefix.ts'
import { noteSessionEnded, refreshSession, sessionState } from './session.ts'

const root = createRootRoute({ notFoundComponent: NotFound })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('../screens/sign-in/route.tsx'), 'SignIn'),
})

/** Everything that needs somebody who is signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  async beforeLoad() {
    if (sessionState.get().kind !== 'loading') return
    // Where the gateway does not answer, the page says so rather than nothing.
    await refreshSession().catch(noteSessionEnded)
  },
  component: Inside,
})

const start = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: lazyRouteComponent(() => import('../screens/start/route.tsx'), 'Start'),
})

const keys = createRoute({
  getParentRoute: () => inside,
  path: '/keys',
  component: lazyRouteComponent(() => import('../screens/keys/route.tsx'), 'Keys'),
})

export const router = createRouter({
  routeTree: root.addChildren([signIn, inside.addChildren([start, keys])]),
  basepath: prefix || '/',
  defaultPreload: 'intent',
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
