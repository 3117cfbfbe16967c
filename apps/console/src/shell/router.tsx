import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { readBringSearch } from '../screens/bring/search.ts'
import { readCandidateSearch } from '../screens/candidate/search.ts'
import { readCandidatesSearch } from '../screens/candidates/search.ts'
import { readChangesSearch } from '../screens/changes/search.ts'
import { readCompareSearch } from '../screens/compare/search.ts'
import { readCoverageSearch } from '../screens/coverage/search.ts'
import { readDecideSearch } from '../screens/decide/search.ts'
import { readDraftSearch } from '../screens/draft/search.ts'
import { readEntitlementSearch } from '../screens/entitlement/search.ts'
import { readExploreSearch } from '../screens/explore/search.ts'
import { readLedgerSearch } from '../screens/ledger/search.ts'
import { readMatrixSearch } from '../screens/matrix/search.ts'
import { readPersonSearch } from '../screens/person/search.ts'
import { readPolicySearch } from '../screens/policy/search.ts'
import { readProfileSearch } from '../screens/profile/search.ts'
import { readReviewsSearch } from '../screens/reviews/search.ts'
import { readRoleModelSearch } from '../screens/role-model/search.ts'
import { readRoleModelsSearch } from '../screens/role-models/search.ts'
import { readSearchSearch } from '../screens/search/search.ts'
import { readSearchesSearch } from '../screens/searches/search.ts'
import { readWebhookSearch } from '../screens/webhook/search.ts'
import { Alone } from './alone.tsx'
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

/** When the gateway does not answer, the page shows that instead of staying empty. */
async function askWhoIsSignedIn(): Promise<void> {
  if (sessionState.get().kind === 'loading') await refreshSession().catch(noteSessionEnded)
}

/** The screens that need a signed-in user. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: askWhoIsSignedIn,
  component: Inside,
})

/** The screens that need a signed-in user and have no navigation. */
const alone = createRoute({
  getParentRoute: () => root,
  id: 'alone',
  beforeLoad: askWhoIsSignedIn,
  component: Alone,
})

const myDecisions = createRoute({
  getParentRoute: () => alone,
  path: '/decide',
  component: lazyRouteComponent(() => import('../screens/decide/my-reviews.tsx'), 'MyReviews'),
})

const decide = createRoute({
  getParentRoute: () => alone,
  path: '/decide/$review',
  validateSearch: readDecideSearch,
  component: lazyRouteComponent(() => import('../screens/decide/route.tsx'), 'Decide'),
})

const start = createRoute({
  getParentRoute: () => inside,
  path: '/',
  component: lazyRouteComponent(() => import('../screens/start/route.tsx'), 'Start'),
})

const reviews = createRoute({
  getParentRoute: () => inside,
  path: '/reviews',
  validateSearch: readReviewsSearch,
  component: lazyRouteComponent(() => import('../screens/reviews/route.tsx'), 'Reviews'),
})

const review = createRoute({
  getParentRoute: () => inside,
  path: '/reviews/$id',
  component: lazyRouteComponent(() => import('../screens/review/route.tsx'), 'ReviewScreen'),
})

const ledger = createRoute({
  getParentRoute: () => inside,
  path: '/ledger',
  validateSearch: readLedgerSearch,
  component: lazyRouteComponent(() => import('../screens/ledger/route.tsx'), 'Ledger'),
})

const entry = createRoute({
  getParentRoute: () => inside,
  path: '/ledger/$id',
  component: lazyRouteComponent(() => import('../screens/entry/route.tsx'), 'EntryScreen'),
})

const keys = createRoute({
  getParentRoute: () => inside,
  path: '/keys',
  component: lazyRouteComponent(() => import('../screens/keys/route.tsx'), 'Keys'),
})

const explore = createRoute({
  getParentRoute: () => inside,
  path: '/explore',
  validateSearch: readExploreSearch,
  component: lazyRouteComponent(() => import('../screens/explore/route.tsx'), 'Explore'),
})

const matrix = createRoute({
  getParentRoute: () => inside,
  path: '/matrix',
  validateSearch: readMatrixSearch,
  component: lazyRouteComponent(() => import('../screens/matrix/route.tsx'), 'Matrix'),
})

const candidates = createRoute({
  getParentRoute: () => inside,
  path: '/candidates',
  validateSearch: readCandidatesSearch,
  component: lazyRouteComponent(() => import('../screens/candidates/route.tsx'), 'Candidates'),
})

const candidate = createRoute({
  getParentRoute: () => inside,
  path: '/candidates/$id',
  validateSearch: readCandidateSearch,
  component: lazyRouteComponent(() => import('../screens/candidate/route.tsx'), 'Candidate'),
})

const searches = createRoute({
  getParentRoute: () => inside,
  path: '/candidates/search',
  validateSearch: readSearchesSearch,
  component: lazyRouteComponent(() => import('../screens/searches/route.tsx'), 'Searches'),
})

const search = createRoute({
  getParentRoute: () => inside,
  path: '/candidates/search/$id',
  validateSearch: readSearchSearch,
  component: lazyRouteComponent(() => import('../screens/search/route.tsx'), 'Search'),
})

const compare = createRoute({
  getParentRoute: () => inside,
  path: '/compare',
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => import('../screens/compare/route.tsx'), 'Compare'),
})

const drafts = createRoute({
  getParentRoute: () => inside,
  path: '/drafts',
  component: lazyRouteComponent(() => import('../screens/drafts/route.tsx'), 'Drafts'),
})

const draft = createRoute({
  getParentRoute: () => inside,
  path: '/drafts/$id',
  validateSearch: readDraftSearch,
  component: lazyRouteComponent(() => import('../screens/draft/route.tsx'), 'Draft'),
})

const changes = createRoute({
  getParentRoute: () => inside,
  path: '/changes',
  validateSearch: readChangesSearch,
  component: lazyRouteComponent(() => import('../screens/changes/route.tsx'), 'Changes'),
})

const coverage = createRoute({
  getParentRoute: () => inside,
  path: '/coverage',
  validateSearch: readCoverageSearch,
  component: lazyRouteComponent(() => import('../screens/coverage/route.tsx'), 'Coverage'),
})

const roleModels = createRoute({
  getParentRoute: () => inside,
  path: '/role-models',
  validateSearch: readRoleModelsSearch,
  component: lazyRouteComponent(() => import('../screens/role-models/route.tsx'), 'RoleModels'),
})

const roleModel = createRoute({
  getParentRoute: () => inside,
  path: '/role-models/$id',
  validateSearch: readRoleModelSearch,
  component: lazyRouteComponent(() => import('../screens/role-model/route.tsx'), 'RoleModelScreen'),
})

const settings = createRoute({
  getParentRoute: () => inside,
  path: '/settings',
  component: lazyRouteComponent(() => import('../screens/settings/route.tsx'), 'Settings'),
})

const miningSettings = createRoute({
  getParentRoute: () => inside,
  path: '/settings/analysis',
  component: lazyRouteComponent(() => import('../screens/mining-settings/route.tsx'), 'MiningSettingsScreen'),
})

const policies = createRoute({
  getParentRoute: () => inside,
  path: '/settings/policies',
  component: lazyRouteComponent(() => import('../screens/policies/route.tsx'), 'Policies'),
})

const policy = createRoute({
  getParentRoute: () => inside,
  path: '/settings/policies/$id',
  validateSearch: readPolicySearch,
  component: lazyRouteComponent(() => import('../screens/policy/route.tsx'), 'PolicyScreen'),
})

const schedules = createRoute({
  getParentRoute: () => inside,
  path: '/settings/schedules',
  component: lazyRouteComponent(() => import('../screens/schedules/route.tsx'), 'Schedules'),
})

const people = createRoute({
  getParentRoute: () => inside,
  path: '/settings/people',
  component: lazyRouteComponent(() => import('../screens/people/route.tsx'), 'People'),
})

const clients = createRoute({
  getParentRoute: () => inside,
  path: '/settings/clients',
  component: lazyRouteComponent(() => import('../screens/clients/route.tsx'), 'Clients'),
})

const webhooks = createRoute({
  getParentRoute: () => inside,
  path: '/settings/webhooks',
  component: lazyRouteComponent(() => import('../screens/webhooks/route.tsx'), 'Webhooks'),
})

const webhook = createRoute({
  getParentRoute: () => inside,
  path: '/settings/webhooks/$id',
  validateSearch: readWebhookSearch,
  component: lazyRouteComponent(() => import('../screens/webhook/route.tsx'), 'WebhookScreen'),
})

const person = createRoute({
  getParentRoute: () => inside,
  path: '/people/$id',
  validateSearch: readPersonSearch,
  component: lazyRouteComponent(() => import('../screens/person/route.tsx'), 'Person'),
})

const profiles = createRoute({
  getParentRoute: () => inside,
  path: '/access-profiles',
  component: lazyRouteComponent(() => import('../screens/profiles/route.tsx'), 'Profiles'),
})

const profile = createRoute({
  getParentRoute: () => inside,
  path: '/access-profiles/$id',
  validateSearch: readProfileSearch,
  component: lazyRouteComponent(() => import('../screens/profile/route.tsx'), 'Profile'),
})

const entitlement = createRoute({
  getParentRoute: () => inside,
  path: '/entitlements/$application/$id',
  validateSearch: readEntitlementSearch,
  component: lazyRouteComponent(() => import('../screens/entitlement/route.tsx'), 'Entitlement'),
})

const data = createRoute({
  getParentRoute: () => inside,
  path: '/data',
  component: lazyRouteComponent(() => import('../screens/data/route.tsx'), 'Data'),
})

const bring = createRoute({
  getParentRoute: () => inside,
  path: '/data/bring',
  validateSearch: readBringSearch,
  component: lazyRouteComponent(() => import('../screens/bring/route.tsx'), 'Bring'),
})

const source = createRoute({
  getParentRoute: () => inside,
  path: '/data/sources/$id',
  component: lazyRouteComponent(() => import('../screens/source/route.tsx'), 'SourceScreen'),
})

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    inside.addChildren([
      start,
      explore,
      matrix,
      candidates,
      candidate,
      searches,
      search,
      compare,
      drafts,
      draft,
      changes,
      coverage,
      roleModels,
      roleModel,
      settings,
      miningSettings,
      policies,
      policy,
      schedules,
      people,
      clients,
      webhooks,
      webhook,
      profiles,
      profile,
      person,
      entitlement,
      data,
      bring,
      source,
      reviews,
      review,
      ledger,
      entry,
      keys,
    ]),
    alone.addChildren([myDecisions, decide]),
  ]),
  basepath: prefix || '/',
  defaultPreload: 'intent',
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
