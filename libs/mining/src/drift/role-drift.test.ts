import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holdersInSteps } from '../impact/entitlement-holders.ts'
import { type SnapshotParts, snapshotOf } from '../snapshot.ts'
import { anySnapshotParts } from '../testing-snapshots.ts'
import { roleDrift } from './role-drift.ts'

function holdersOf(parts: SnapshotParts) {
  const steps = holdersInSteps(parts, parts.entitlementKey.length)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** What an identity has by effective access. */
function has(parts: SnapshotParts, identity: number): Set<number> {
  const { rowOffset, rowEntitlement, closure } = parts
  const all = new Set(rowEntitlement.slice(rowOffset[identity], rowOffset[identity + 1]))
  for (const assigned of [...all]) {
    const place = closure?.group.indexOf(assigned) ?? -1
    if (closure === undefined || place < 0) continue
    const row = closure.groupRow[place]!
    for (const one of closure.givenEntitlement.slice(closure.givenOffset[row], closure.givenOffset[row + 1]))
      all.add(one)
  }
  return all
}

test('drift is that of plain loops over sets', () => {
  const question = fc.record({
    parts: anySnapshotParts(),
    seed: fc.array(fc.nat({ max: 99 }), { minLength: 100, maxLength: 100 }),
    unusedBefore: fc.nat({ max: 70_000 }),
  })
  fc.assert(
    fc.property(question, ({ parts, seed, unusedBefore }) => {
      let at = 0
      const some = (count: number, percent: number) =>
        Uint32Array.from([...Array(count).keys()].filter(() => seed[at++ % seed.length]! < percent))
      const snapshot = snapshotOf(parts)
      const entitlements = some(snapshot.entitlementCount, 40)
      const members = some(snapshot.identityCount, 50)
      const isCommon = new Uint8Array(snapshot.entitlementCount)
      for (const one of some(snapshot.entitlementCount, 10)) isCommon[one] = 1
      const drift = roleDrift({ snapshot, holders: holdersOf(parts), entitlements, members, isCommon, unusedBefore })

      const isPerson = (i: number) => parts.identityStatus[i] === 0 && parts.identityType[i] === 0
      const people = [...members].filter(isPerson)
      const grantOf = (i: number, e: number) => {
        const place = [...parts.rowEntitlement.slice(parts.rowOffset[i], parts.rowOffset[i + 1])].indexOf(e)
        return place < 0 ? undefined : (parts.lastUsedDay?.[parts.rowOffset[i]! + place] ?? 0)
      }
      const holding = (e: number) => people.filter((i) => grantOf(i, e) !== undefined)
      const additions = [...Array(snapshot.entitlementCount).keys()]
        .filter((e) => !entitlements.includes(e) && isCommon[e] === 0 && people.length > 0)
        .map((entitlement) => ({ entitlement, holders: holding(entitlement).length }))
        .filter(({ holders }) => holders / people.length >= 0.5)
        .map((one) => ({ ...one, band: one.holders / people.length >= 0.8 ? 80 : 50 }))
        .sort((a, b) => b.holders - a.holders || a.entitlement - b.entitlement)
      const removals = [...entitlements].flatMap((entitlement) => {
        const holders = holding(entitlement)
        const effective = people.filter((i) => has(parts, i).has(entitlement))
        if (people.length === 0) return []
        if (effective.length === 0) return [{ entitlement, holders: holders.length, reason: 'not_held' }]
        const isUnused = effective.every((i) => {
          const day = grantOf(i, entitlement)
          return day !== undefined && day > 0 && day < unusedBefore
        })
        return isUnused ? [{ entitlement, holders: holders.length, reason: 'not_used' }] : []
      })
      const lackingOf = (i: number) => [...entitlements].filter((e) => !has(parts, i).has(e)).length
      const outside = [...Array(snapshot.identityCount).keys()].filter(
        (i) => isPerson(i) && !members.includes(i) && entitlements.length > 0 && lackingOf(i) === 0,
      )
      const lackingMembers = people.filter((i) => lackingOf(i) > 0)
      expect({
        ...drift,
        outsideHolders: [...drift.outsideHolders],
        lackingMembers: [...drift.lackingMembers],
        lacking: [...drift.lacking],
      }).toEqual({
        people: people.length,
        additions,
        removals,
        outsideHolders: outside,
        lackingMembers,
        lacking: lackingMembers.map(lackingOf),
      })
    }),
    { numRuns: 1000 },
  )
})
