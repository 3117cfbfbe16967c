import type { Subject } from './subject.ts'

/** The other people of the tenant whom rules may look up. It does not have deleted people. */
export interface RuleDirectory {
  byId(id: string): Subject | undefined
  /** Regardless of case; ascending by key. */
  byEmail(email: string): readonly Subject[]
  byName(displayName: string): readonly Subject[]
  /** The people whose manager has this id, ascending by key. */
  reportsOf(managerId: string): readonly Subject[]
  /** The holders of an entitlement, ascending by key. */
  holdersOf(applicationId: string, entitlementId: string): readonly Subject[]
}

/** The data that a rule may use besides its subject. They are the same for all people of an evaluation. */
export interface RuleWorld {
  /** The result of `now()`, in milliseconds since 1970. */
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

/** Without other people by default. */
export function worldAt(now: number, directory: RuleDirectory = emptyDirectory): RuleWorld {
  return { now, directory }
}

let current: RuleWorld = worldAt(0)

/** Sets the world that functions of rules use, until the next call. An evaluation never waits, so one global world is enough. */
export function enterWorld(world: RuleWorld): void {
  current = world
}

export function currentWorld(): RuleWorld {
  return current
}
