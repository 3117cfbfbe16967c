import {
  type CohortMiningResult,
  cutSuggestions,
  encodeSnapshotToBuffer,
  mineCohorts,
  minePotentialRoles,
  noPolicies,
  type PoliciesInForce,
  readSnapshot,
  type Snapshot,
} from '@assay/mining'
import { plantedSnapshot } from '../../../libs/mining/bench/planted-snapshot.ts'
import { seeded } from '../../../libs/mining/src/testing-snapshots.ts'
import { type Measure, median, type Scale } from './bench.ts'

const entitlementsOfPolicy = 100
const rounds = 3
/** The limit of an analysis: a refused suggestion makes room for the next one. */
const mostSuggestions = 100
const mostBeforePolicies = 1_000_000

/**
 * Compares mining with ten policies of 100 entitlements each with mining without policies. Three protect access, six separate 50
 * entitlements from 50 others, and one limits access for people who lack it. Both run in turns, on one thread.
 */
export function benchMiningUnderPolicies({ scale, say }: { scale: Scale; say: (text: string) => void }): Measure[] {
  const snapshot = readSnapshot(encodeSnapshotToBuffer(plantedSnapshot(scale === 'full' ? 100_000 : 5_000)))
  const policies = tenPolicies(snapshot)
  let result: CohortMiningResult | undefined
  let changed = 0
  const cohorts = ratio(
    () => mineCohorts(snapshot, { populations: ['people'], maxSuggestions: mostSuggestions }),
    () => {
      result = mineCohorts(snapshot, { populations: ['people'], maxSuggestions: mostBeforePolicies })
      const { suggestions, refused } = cutSuggestions(snapshot, result, policies, mostSuggestions)
      changed = suggestions.filter(({ leftOut }) => leftOut.length > 0).length + refused.length
    },
  )
  say(`cohorts under ten policies: ${cohorts.toFixed(2)} times without, ${changed} suggestions changed`)
  let cut = 0
  const roles = ratio(
    () => minePotentialRoles(snapshot),
    () => {
      cut = minePotentialRoles(snapshot, { policies }).roles.filter((role) => role.leftOut !== undefined).length
    },
  )
  const goal = { atMost: 1.3 }
  return [
    { measure: 'cohorts under ten policies, times without', value: cohorts, unit: 'times', goal },
    { measure: 'suggestions that policies changed', value: changed, unit: 'suggestions' },
    { measure: 'potential roles under ten policies, times without', value: roles, unit: 'times', goal },
    { measure: 'potential roles that policies changed', value: cut, unit: 'roles' },
  ]
}

/** Uses processor time, because others may use the machine. */
function ratio(without: () => unknown, under: () => unknown): number {
  const times: [number[], number[]] = [[], []]
  for (let round = 0; round <= rounds; round++) {
    for (const [at, work] of [without, under].entries()) {
      const before = process.cpuUsage()
      work()
      const { user, system } = process.cpuUsage(before)
      // The first round compiles the code, so it does not count.
      if (round > 0) times[at]!.push(user + system)
    }
  }
  return median(times[1]) / median(times[0])
}

/** The policies name entitlements that at least twenty people hold, so that they have an effect. */
function tenPolicies({ entitlementCount, rowEntitlement }: Snapshot): PoliciesInForce {
  const random = seeded(7)
  const holders = new Uint32Array(entitlementCount)
  for (let at = 0; at < rowEntitlement.length; at++) holders[rowEntitlement[at]!]!++
  const held = [...holders.keys()].filter((e) => holders[e]! >= 20)
  const draw = (side: (place: number) => number) => {
    const marks = new Uint8Array(entitlementCount)
    for (let place = 0; place < entitlementsOfPolicy; place++) {
      marks[held[Math.floor(random() * held.length)]!] = side(place)
    }
    return marks
  }
  const none = noPolicies(entitlementCount)
  return {
    ...none,
    protection: [0, 1, 2].map((policy) => ({ policy, isProtected: draw(() => 1), leastCoverage: undefined })),
    separation: [3, 4, 5, 6, 7, 8].map((policy) => ({ policy, sides: draw((place) => 1 + (place % 2)) })),
    budgets: [{ policy: 9, mostShare: 400, mostGrants: undefined, privilegedWeight: 5 }],
    isPrivileged: draw(() => 1),
  }
}
