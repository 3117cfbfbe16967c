import type { Subject } from './subject.ts'

/** The other people of the tenant, as far as rules may ask for them. Deleted ones are not in it. */
export interface RuleDirectory {
  byId(id: string): Subject | undefined
  /** Letters of either case are the same; ascending by key. */
  byEmail(email: string): readonly Subject[]
  byName(displayName: string): readonly Subject[]
  /** Those whose manager has this id, ascending by key. */
  reportsOf(managerId: string): readonly Subject[]
  /** Those who hold an entitlement, ascending by key. */
  holdersOf(applicationId: string, entitlementId: string): readonly Subject[]
}

/** What a rule may ask for beside its subject. The same for all people of an evaluation. */
export interface RuleWorld {
  /** What `now()` returns, in milliseconds since 1970. */
  readonly now: number
  readonly directory: RuleDirectory
}

const emptyDirectory: RuleDirectory = {
  byId: () => undefined,
  byEmail: () => [],
  byName: () => [],
  reportsOf: () => [],
  holdersOf: () => [],
}

/** By default without other people. */
export function worldAt(now: number, directory: RuleDirectory = emptyDirectory): RuleWorld {
  return { now, directory }
}

let current: RuleWorld = worldAt(0)

/** Sets the world that functions of rules look at, until the next call. Evaluation never waits, so one is enough. */
export function enterWorld(world: RuleWorld): void {
  current = world
}

export function currentWorld(): RuleWorld {
  return current
}
