export { targetNamed, targets } from './all-targets.ts'
export type { PublishedEntitlement, PublishedPerson, PublishedProfile } from './published-profile.ts'
export type { Target } from './target.ts'
