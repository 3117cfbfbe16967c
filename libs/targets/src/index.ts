export { targetNamed, targets } from './all-targets.ts'
export type { PublishedPerson, PublishedProfile } from './published-profile.ts'
export type { Target } from './target.ts'
