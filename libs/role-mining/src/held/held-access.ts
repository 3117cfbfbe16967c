import {
  type ApplicationUsers,
  applicationUsersInSteps,
  EffectiveHolders,
  type EntitlementHolders,
  holdersInSteps,
  type Snapshot,
} from '@assay/mining'

// Indexes that are made from a snapshot when they are first needed, and garbage collected with it.

const holders = new WeakMap<Snapshot, Promise<EntitlementHolders>>()
const effective = new WeakMap<Snapshot, Promise<EffectiveHolders>>()
const users = new WeakMap<Snapshot, Promise<ApplicationUsers>>()

/**
 * The holders of each entitlement by assigned access. It is computed in steps, so that other requests continue in between; 4 bytes for each
 * grant.
 */
export function entitlementHolders(snapshot: Snapshot): Promise<EntitlementHolders> {
  return madeOnce(holders, snapshot, () => inSteps(holdersInSteps(snapshot, snapshot.entitlementCount)))
}

/** The holders of each entitlement by effective access. It is made from the assigned holders, with 4 more bytes for each entitlement. */
export function heldAccess(snapshot: Snapshot): Promise<EffectiveHolders> {
  return madeOnce(effective, snapshot, async () => new EffectiveHolders(snapshot, await entitlementHolders(snapshot)))
}

/**
 * The users of each application. It is computed in steps, so that other requests continue in between; 4 bytes for each user of each
 * application.
 */
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
