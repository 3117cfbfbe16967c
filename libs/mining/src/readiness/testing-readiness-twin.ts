import { isPlaceholder } from '../attribute-values.ts'
import type { Snapshot } from '../snapshot.ts'
import type { Memberships } from './group-cycles.ts'

/** The slow, obvious twin of `measureReadiness`: sets, strings and loops over everything. Counts alone. */
export function plainReadiness(
  snapshot: Snapshot,
  { today, minCohortSize, memberships }: { today: number; minCohortSize: number; memberships: Memberships },
) {
  const minCoverage = 0.6
  const ids = range(snapshot.identityCount)
  const entitlements = range(snapshot.entitlementCount)
  const held = ids.map(
    (i) => new Set(snapshot.rowEntitlement.subarray(snapshot.rowOffset[i], snapshot.rowOffset[i + 1])),
  )
  const humans = ids.filter((i) => snapshot.identityType[i] === 0)
  const enabled = humans.filter((i) => snapshot.identityStatus[i] === 0)
  const holdersOf = (e: number, among: readonly number[]) => among.filter((i) => held[i].has(e))
  const days = snapshot.lastUsedDay === undefined ? [] : [...snapshot.lastUsedDay].filter((day) => day > 0)
  const past = days.filter((day) => day <= today + 1)
  const newestDay = Math.max(0, ...past)
  const grants = enabled.flatMap((i) => [...held[i]].map((e) => ({ i, e })))
  const isCommon = (e: number) =>
    holdersOf(e, enabled).length > 0 && holdersOf(e, enabled).length / enabled.length >= 0.8

  const rawOf = (a: number, i: number) => {
    const { column, values } = snapshot.attributes[a]
    return column[i] < 0 ? undefined : values[column[i]]
  }
  const cleanOf = (a: number, i: number) => {
    const raw = rawOf(a, i)
    return raw === undefined || isPlaceholder(raw) ? undefined : raw.trim().toLowerCase()
  }
  const groupsBy = (combination: readonly number[]) =>
    [
      ...Map.groupBy(
        enabled.filter((i) => combination.every((a) => cleanOf(a, i) !== undefined)),
        (i) => JSON.stringify(combination.map((a) => cleanOf(a, i))),
      ).values(),
    ].filter((group) => group.length >= minCohortSize)
  const coveredBy = (combination: readonly number[]) =>
    groupsBy(combination).flatMap((members) =>
      entitlements
        .filter((e) => !isCommon(e) && holdersOf(e, members).length >= minCoverage * members.length - 1e-9)
        .flatMap((e) => holdersOf(e, members).map((i) => `${i} ${e}`)),
    )
  const largestOf = (a: number) => {
    const values = enabled.map((i) => cleanOf(a, i)).filter((value) => value !== undefined)
    return Math.max(0, ...[...Map.groupBy(values, (value) => value).values()].map((group) => group.length))
  }
  const verdictOf = (a: number) => {
    if (largestOf(a) === 0) return 'empty'
    if (largestOf(a) >= 0.98 * enabled.length) return 'nearly_constant'
    return largestOf(a) < minCohortSize ? 'nearly_unique' : 'used'
  }
  const attributes = range(snapshot.attributes.length)
  const used = attributes.filter((a) => verdictOf(a) === 'used')
  const covered = new Set([1, 2, 3].flatMap((size) => subsets(used, size)).flatMap(coveredBy))
  const coveredGrants = covered.size

  return {
    people: humans.filter((i) => snapshot.identityStatus[i] !== 2).length,
    enabledPeople: enabled.length,
    peopleWithoutAccess: enabled.filter((i) => held[i].size === 0).length,
    disabledWithAccess: humans.filter((i) => snapshot.identityStatus[i] !== 0 && held[i].size > 0).length,
    heldByNobody: entitlements.filter((e) => holdersOf(e, ids).length === 0).length,
    heldByOne: entitlements.filter((e) => holdersOf(e, ids).length === 1).length,
    sameHolders: entitlements.filter(
      (e) =>
        holdersOf(e, ids).length > 1 &&
        entitlements.some((other) => other < e && `${holdersOf(other, ids)}` === `${holdersOf(e, ids)}`),
    ).length,
    lastUse: {
      known: days.length,
      grants: snapshot.grantCount,
      newestDay,
      olderThan90Days: past.filter((day) => day < newestDay - 90).length,
      olderThanYear: past.filter((day) => day < newestDay - 365).length,
      inFuture: days.length - past.length,
    },
    reach: { grants: grants.length, commonGrants: grants.filter(({ e }) => isCommon(e)).length, coveredGrants },
    attributes: attributes.map((a) => {
      const raw = enabled.map((i) => rawOf(a, i)).filter((value) => value !== undefined)
      const real = raw.filter((value) => !isPlaceholder(value))
      const loose = Map.groupBy(real, (value) => value.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase())
      const own = verdictOf(a) === 'used' ? [] : coveredBy([a]).filter((grant) => !covered.has(grant))
      for (const grant of own) covered.add(grant)
      return {
        attribute: snapshot.attributes[a].key,
        people: real.length,
        values: loose.size,
        peopleInGroups: [...loose.values()]
          .filter((group) => group.length >= minCohortSize)
          .reduce((sum, group) => sum + group.length, 0),
        verdict: verdictOf(a),
        lostGrants: new Set(own).size,
        placeholders: raw.length - real.length,
        variants: new Set(real).size - loose.size,
      }
    }),
    memberships: memberships.holder.length,
    cycles: cyclesOf(memberships, entitlements),
  }
}

/** Sets of two and more entitlements that reach each other. */
function cyclesOf({ holder, held }: Memberships, entitlements: readonly number[]): number {
  const reaches = entitlements.map((e) => {
    const seen = new Set<number>()
    const open = [e]
    for (let from = open.pop(); from !== undefined; from = open.pop()) {
      for (let i = 0; i < holder.length; i++) {
        if (holder[i] !== from || seen.has(held[i])) continue
        seen.add(held[i])
        open.push(held[i])
      }
    }
    return seen
  })
  const together = entitlements.map((e) => entitlements.filter((f) => reaches[e].has(f) && reaches[f].has(e)))
  return new Set(together.filter((set) => set.length > 1).map(String)).size
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

function subsets(of: readonly number[], size: number): number[][] {
  if (size === 0) return [[]]
  return of.flatMap((first, i) => subsets(of.slice(i + 1), size - 1).map((rest) => [first, ...rest]))
}
