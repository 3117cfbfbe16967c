import {
  type ApplicationUsers,
  applicationUsersInSteps,
  EffectiveHolders,
  type EntitlementHolders,
  holdersInSteps,
  type Snapshot,
} from '@assay/mining'

// What is made of a snapshot when it is first asked for, and is gone with it.

const holders = new WeakMap<Snapshot, Promise<EntitlementHolders>>()
const effective = new WeakMap<Snapshot, Promise<EffectiveHolders>>()
const users = new WeakMap<Snapshot, Promise<ApplicationUsers>>()

/** The holders of each entitlement, as it is assigned. Made in steps between which others go on; 4 bytes a grant. */
export function entitlementHolders(snapshot: Snapshot): Promise<EntitlementHolders> {
  return madeOnce(holders, snapshot, () => inSteps(holdersInSteps(snapshot, snapshot.entitlementCount)))
}

/** Who has what by effective access. Made of the holders of each entitlement, with 4 bytes more for each. */
export function heldAccess(snapshot: Snapshot): Promise<EffectiveHolders> {
  return madeOnce(effective, snapshot, async () => new EffectiveHolders(snapshot, await entitlementHolders(snapshot)))
}

/** Who has access in each application. Made in steps between which others go on; 4 bytes for each user of each. */
export function applicationUsers(snapshot: Snapshot): Promise<ApplicationUsers> {
  return madeOnce(users, snapshot, () => inSteps(applicationUsersInSteps(snapshot)))
}

function madeOnce<T>(known: WeakMap<Snapshot, Promise<T>>, snapshot: Snapshot, make: () => Promise<T>): Promise<T> {
  const present = known.get(snapshot)
  if (present !== undefined) return present
  const making = make()
  known.set(snapshot, making)
  return making
}

async function inSteps<T>(steps: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await new Promise((resolve) => setImmediate(resolve))
  }
}
