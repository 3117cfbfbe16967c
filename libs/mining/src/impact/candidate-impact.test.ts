import fc from 'fast-check'
import { expect, test } from 'vitest'
import { whatGives } from '../access/effective-access.ts'
import { type SnapshotParts, snapshotOf } from '../snapshot.ts'
import { anySnapshotParts } from '../testing-snapshots.ts'
import { candidateImpact } from './candidate-impact.ts'
import { holdersInSteps } from './entitlement-holders.ts'
import { mostAffectedFirst } from './impact-order.ts'
import { type ImpactQuestion, impactMarks } from './impact-question.ts'
import type { ImpactKind } from './impact-result.ts'
import { ImpactRows } from './impact-rows.ts'
import { SeparatedAccess } from './separated-access.ts'

const anyQuestion = fc
  .record({
    parts: anySnapshotParts(),
    mode: fc.constantFrom('add' as const, 'replace' as const),
    seed: fc.array(fc.nat({ max: 99 }), { minLength: 200, maxLength: 200 }),
    unusedBefore: fc.nat({ max: 70_000 }),
    isBounded: fc.boolean(),
    otherCount: fc.nat({ max: 3 }),
    policyCount: fc.nat({ max: 3 }),
  })
  .map(({ parts, mode, seed, unusedBefore, isBounded, otherCount, policyCount }) => {
    let at = 0
    const chance = (percent: number) => seed[at++ % seed.length]! < percent
    const some = (count: number, percent: number) =>
      Uint32Array.from([...Array(count).keys()].filter(() => chance(percent)))
    const snapshot = snapshotOf(parts)
    const holders = holdersOf(parts)
    const separations = Array.from({ length: policyCount }, () => ({
      first: some(snapshot.entitlementCount, 30),
      second: some(snapshot.entitlementCount, 30),
      excepted: new Set([...some(snapshot.identityCount, 20)].map((identity) => snapshot.identityKey[identity]!)),
    }))
    const question: ImpactQuestion = {
      snapshot,
      holders,
      mode,
      entitlements: some(snapshot.entitlementCount, 50),
      members: some(snapshot.identityCount, 40),
      others: Array.from({ length: otherCount }, () => ({
        identities: some(snapshot.identityCount, 40),
        entitlements: some(snapshot.entitlementCount, 30),
      })),
      marks: Uint8Array.from({ length: snapshot.entitlementCount }, () => (chance(40) ? 1 : 0) | (chance(40) ? 2 : 0)),
      unusedBefore,
      isVisible: isBounded
        ? Uint8Array.from({ length: snapshot.identityCount }, () => (chance(70) ? 1 : 0))
        : undefined,
      separated: new SeparatedAccess(
        snapshot,
        holders,
        separations.map(({ first, second, excepted }) => ({ sides: sidesOf(snapshot, first, second), excepted })),
      ),
    }
    return { question, separations }
  })

/** Groups count as what they give. */
function sidesOf({ closure, entitlementCount }: ImpactQuestion['snapshot'], first: Uint32Array, second: Uint32Array) {
  const giving = (set: Uint32Array) =>
    whatGives(
      closure,
      Uint8Array.from({ length: entitlementCount }, (_, e) => (set.includes(e) ? 1 : 0)),
    )
  const ofSecond = giving(second)
  return giving(first).map((side, e) => side | (ofSecond[e]! << 1))
}

interface Separation {
  readonly first: Uint32Array
  readonly second: Uint32Array
  readonly excepted: ReadonlySet<number>
}

function holdersOf(parts: SnapshotParts) {
  const steps = holdersInSteps(parts, parts.entitlementKey.length)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Everything that roots give, themselves included, one group after the other. */
function closed({ closure }: SnapshotParts, roots: Iterable<number>): Set<number> {
  const all = new Set(roots)
  for (const root of [...all]) {
    const i = closure?.group.indexOf(root) ?? -1
    if (closure === undefined || i < 0) continue
    const row = closure.groupRow[i]!
    for (const given of closure.givenEntitlement.slice(closure.givenOffset[row], closure.givenOffset[row + 1]))
      all.add(given)
  }
  return all
}

/** The slow twin: what each identity holds before and after, as sets. */
function twin(question: ImpactQuestion, separations: readonly Separation[]) {
  const { snapshot, entitlements, members, mode, others, marks, isVisible } = question
  const { rowOffset, rowEntitlement, lastUsedDay, identityStatus, identityType } = snapshot
  const inCandidate = new Set(entitlements)
  const count = () => ({ cells: 0, privileged: 0, risky: 0, unused: 0, breaching: 0 })
  const totals: Record<ImpactKind, ReturnType<typeof count>> = {
    gains: count(),
    alreadyHeld: count(),
    replaced: count(),
    losses: count(),
    unchanged: count(),
  }
  const services = { members: 0, gains: 0, holders: 0, held: 0 }
  const disabled = { members: 0, gains: 0, holders: 0, held: 0 }
  const changes: string[] = []
  let heldByGroupsAlone = 0
  for (let i = 0; i < snapshot.identityCount; i++) {
    if (identityStatus[i] === 2 || isVisible?.[i] === 0) continue
    const assigned = rowEntitlement.slice(rowOffset[i], rowOffset[i + 1])
    const today = closed(snapshot, assigned)
    const isMember = members.includes(i)
    const given = others.filter(({ identities }) => identities.includes(i)).flatMap((other) => [...other.entitlements])
    const stays = [...assigned].filter((one) => mode === 'add' || !inCandidate.has(one))
    const after = closed(snapshot, [...stays, ...(isMember ? entitlements : []), ...(mode === 'replace' ? given : [])])
    const held = [...entitlements].filter((one) => today.has(one))
    if (identityType[i] !== 0 || identityStatus[i] !== 0) {
      const apart = identityType[i] !== 0 ? services : disabled
      if (isMember) {
        apart.members++
        apart.gains += entitlements.length - held.length
      }
      if (held.length > 0) apart.holders++
      apart.held += held.length
      continue
    }
    for (const entitlement of entitlements) {
      const place = [...assigned].indexOf(entitlement)
      const lastDay = place < 0 ? 0 : (lastUsedDay?.[rowOffset[i]! + place] ?? 0)
      const add = (kind: ImpactKind) => {
        totals[kind].cells++
        if (marks[entitlement]! & impactMarks.privileged) totals[kind].privileged++
        if (marks[entitlement]! & impactMarks.risky) totals[kind].risky++
        if (lastDay > 0 && lastDay < question.unusedBefore) totals[kind].unused++
        // What other roles would give besides is no change of the candidate's.
        const holds = kind === 'gains' ? closed(snapshot, [...assigned, ...entitlements]) : today
        const isBroken = ({ first, second, excepted }: Separation) =>
          (first.some((one) => closed(snapshot, [entitlement]).has(one)) ||
            second.some((one) => closed(snapshot, [entitlement]).has(one))) &&
          first.some((one) => holds.has(one)) &&
          second.some((one) => holds.has(one)) &&
          !excepted.has(snapshot.identityKey[i]!)
        if (separations.some(isBroken)) totals[kind].breaching++
      }
      const isHeld = today.has(entitlement)
      if (isMember && isHeld) add('alreadyHeld')
      if (isMember && isHeld && place < 0) heldByGroupsAlone++
      if (!isHeld) {
        if (!isMember) continue
        add('gains')
        changes.push(`${i} gain ${entitlement}`)
      } else if (!after.has(entitlement)) {
        add('losses')
        changes.push(`${i} loss ${entitlement}`)
      } else if (mode === 'replace' && isMember && place >= 0) {
        add('replaced')
        changes.push(`${i} replaced ${entitlement}`)
      } else {
        add('unchanged')
        changes.push(`${i} unchanged ${entitlement}`)
      }
    }
  }
  return { totals, services, disabled, heldByGroupsAlone, changes }
}

test('totals, those apart and every cell are those of a comparison of sets before and after', () => {
  fc.assert(
    fc.property(anyQuestion, ({ question, separations }) => {
      const expected = twin(question, separations)
      const rows = new ImpactRows(question)
      const { totals, services, disabled, heldByGroupsAlone, identities, members } = candidateImpact(question)
      expect({ totals, services, disabled, heldByGroupsAlone }).toEqual({
        totals: expected.totals,
        services: expected.services,
        disabled: expected.disabled,
        heldByGroupsAlone: expected.heldByGroupsAlone,
      })
      const changes = [...identities.identity].flatMap((identity) =>
        [...rows.cells(identity)].map(
          ({ position, change }) => `${identity} ${change} ${question.entitlements[position]}`,
        ),
      )
      expect(changes).toEqual(expected.changes)
      const oneByOne = [...identities.identity].flatMap((identity) =>
        [...question.entitlements.keys()].flatMap((position) => {
          const cell = rows.cellOf(identity, position)
          return cell === undefined ? [] : [`${identity} ${cell.change} ${question.entitlements[position]}`]
        }),
      )
      expect(oneByOne).toEqual(expected.changes)
      expect(totals.gains.cells + totals.alreadyHeld.cells).toBe(members * question.entitlements.length)
    }),
    { numRuns: 1500 },
  )
})

test('the sums by identity and by entitlement are the totals', () => {
  fc.assert(
    fc.property(anyQuestion, ({ question }) => {
      const { totals, entitlements, identities, gainingPeople, losingPeople } = candidateImpact(question)
      for (const kind of ['gains', 'alreadyHeld', 'replaced', 'losses', 'unchanged'] as const) {
        const sum = (column: Uint32Array) => column.reduce((all, one) => all + one, 0)
        expect([sum(identities[kind]), sum(entitlements[kind])]).toEqual([totals[kind].cells, totals[kind].cells])
      }
      const sum = (column: Uint32Array) => column.reduce((all, one) => all + one, 0)
      expect(sum(identities.privilegedChanges)).toBe(totals.gains.privileged + totals.losses.privileged)
      expect(sum(identities.riskyChanges)).toBe(totals.gains.risky + totals.losses.risky)
      expect(identities.gains.filter(Boolean)).toHaveLength(gainingPeople)
      expect(identities.losses.filter(Boolean)).toHaveLength(losingPeople)
    }),
  )
})

test('the most affected come first, those who are equally affected in their order, and only those that are taken', () => {
  fc.assert(
    fc.property(anyQuestion, fc.integer({ min: 1, max: 3 }), ({ question }, nth) => {
      const { identities } = candidateImpact(question)
      const takes = (place: number) => place % nth === 0
      const affected = (place: number) => identities.gains[place]! + identities.losses[place]!
      const places = [...identities.identity.keys()].filter(takes)
      expect([...mostAffectedFirst(identities, takes)]).toEqual(
        places.toSorted((a, b) => affected(b) - affected(a) || a - b),
      )
    }),
  )
})
