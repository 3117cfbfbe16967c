import type { Memberships } from '../access/close-memberships.ts'
import { isPlaceholder } from '../attribute-values.ts'
import type { Snapshot } from '../snapshot.ts'

/** The slow, obvious twin of `measureReadiness`: sets, strings and loops over everything. It returns counts only. */
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
  const holdersOf = (e: number, among: readonly number[]) => among.filter((i) => held[i]!.has(e))
  const days = snapshot.lastUsedDay === undefined ? [] : [...snapshot.lastUsedDay].filter((day) => day > 0)
  const past = days.filter((day) => day <= today + 1)
  const newestDay = Math.max(0, ...past)
  const grants = enabled.flatMap((i) => [...held[i]!].map((e) => ({ i, e })))
  const isCommon = (e: number) =>
    holdersOf(e, enabled).length > 0 && holdersOf(e, enabled).length / enabled.length >= 0.8

  const rawsOf = (a: number, i: number): string[] => {
    const { column, lists, values } = snapshot.attributes[a]!
    const ordinals =
      lists === undefined ? [column[i]!] : [...lists.value.subarray(lists.offset[i], lists.offset[i + 1])]
    return ordinals.filter((ordinal) => ordinal >= 0).map((ordinal) => values[ordinal]!)
  }
  const cleansOf = remembered((a, i) => [
    ...new Set(
      rawsOf(a, i)
        .filter((raw) => !isPlaceholder(raw))
        .map((raw) => raw.trim().toLowerCase()),
    ),
  ])
  const sizesOf = snapshot.attributes.map((_, a) =>
    Map.groupBy(
      enabled.flatMap((i) => cleansOf(a, i)),
      (value) => value,
    ),
  )
  /** A value of a list that nearly all people have forms no cohort. */
  const tellingOf = remembered((a, i) =>
    cleansOf(a, i).filter((value) => {
      const size = sizesOf[a]!.get(value)?.length ?? 0
      return snapshot.attributes[a]!.lists === undefined || (size >= 2 && size < 0.98 * enabled.length)
    }),
  )
  /** A person is in a group for each choice of one value of each attribute. */
  const groupsBy = (combination: readonly number[], valuesOf = tellingOf) => {
    const groups = new Map<string, number[]>()
    for (const i of enabled) {
      const choices = combination.reduce<string[][]>(
        (chosen, a) => chosen.flatMap((values) => valuesOf(a, i).map((value) => [...values, value])),
        [[]],
      )
      for (const choice of choices) {
        const key = JSON.stringify(choice)
        const members = groups.get(key) ?? []
        members.push(i)
        groups.set(key, members)
      }
    }
    return [...groups.values()].filter((group) => group.length >= minCohortSize)
  }
  const coveredBy = (combination: readonly number[], valuesOf = tellingOf) =>
    groupsBy(combination, valuesOf).flatMap((members) =>
      entitlements
        .filter((e) => !isCommon(e) && holdersOf(e, members).length >= minCoverage * members.length - 1e-9)
        .flatMap((e) => holdersOf(e, members).map((i) => `${i} ${e}`)),
    )
  const largestOf = (a: number) => {
    const values = enabled.flatMap((i) => cleansOf(a, i))
    return Math.max(0, ...[...Map.groupBy(values, (value) => value).values()].map((group) => group.length))
  }
  const verdictOf = (a: number) => {
    if (largestOf(a) === 0) return 'empty'
    if (snapshot.attributes[a]!.lists !== undefined && groupsBy([a]).length > 0) return 'used'
    if (largestOf(a) >= 0.98 * enabled.length) return 'nearly_constant'
    return largestOf(a) < minCohortSize ? 'nearly_unique' : 'used'
  }
  const attributes = range(snapshot.attributes.length)
  const used = attributes.filter((a) => verdictOf(a) === 'used')
  const covered = new Set(
    [1, 2, 3].flatMap((size) => subsets(used, size)).flatMap((combination) => coveredBy(combination)),
  )
  const coveredGrants = covered.size

  return {
    people: humans.filter((i) => snapshot.identityStatus[i] !== 2).length,
    enabledPeople: enabled.length,
    peopleWithoutAccess: enabled.filter((i) => held[i]!.size === 0).length,
    disabledWithAccess: humans.filter((i) => snapshot.identityStatus[i] !== 0 && held[i]!.size > 0).length,
    heldByNobody: entitlements.filter((e) => holdersOf(e, ids).length === 0 && !memberships.entitlement.includes(e))
      .length,
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
      const raw = enabled.flatMap((i) => rawsOf(a, i))
      const real = raw.filter((value) => !isPlaceholder(value))
      const fold = (value: string) => value.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase()
      const loosesOf = (i: number) => [
        ...new Set(
          rawsOf(a, i)
            .filter((value) => !isPlaceholder(value))
            .map(fold),
        ),
      ]
      const loose = Map.groupBy(
        enabled.flatMap((i) => loosesOf(i).map((value) => ({ i, value }))),
        ({ value }) => value,
      )
      const inGroups = enabled.filter((i) =>
        loosesOf(i).some((value) => (loose.get(value)?.length ?? 0) >= minCohortSize),
      )
      const own = verdictOf(a) === 'used' ? [] : coveredBy([a], cleansOf).filter((grant) => !covered.has(grant))
      for (const grant of own) covered.add(grant)
      return {
        attribute: snapshot.attributes[a]!.key,
        people: enabled.filter((i) => loosesOf(i).length > 0).length,
        values: loose.size,
        peopleInGroups: inGroups.length,
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

function remembered(of: (a: number, i: number) => string[]): (a: number, i: number) => string[] {
  const known = new Map<string, string[]>()
  return (a, i) => {
    const values = known.get(`${a} ${i}`) ?? of(a, i)
    known.set(`${a} ${i}`, values)
    return values
  }
}

/** Sets of two and more entitlements that reach each other. */
function cyclesOf({ holder, entitlement: held }: Memberships, entitlements: readonly number[]): number {
  const reaches = entitlements.map((e) => {
    const seen = new Set<number>()
    const open = [e]
    for (let from = open.pop(); from !== undefined; from = open.pop()) {
      for (let i = 0; i < holder.length; i++) {
        if (holder[i] !== from || seen.has(held[i]!)) continue
        seen.add(held[i]!)
        open.push(held[i]!)
      }
    }
    return seen
  })
  const together = entitlements.map((e) => entitlements.filter((f) => reaches[e]!.has(f) && reaches[f]!.has(e)))
  return new Set(together.filter((set) => set.length > 1).map(String)).size
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

function subsets(of: readonly number[], size: number): number[][] {
  if (size === 0) return [[]]
  return of.flatMap((first, i) => subsets(of.slice(i + 1), size - 1).map((rest) => [first, ...rest]))
}
