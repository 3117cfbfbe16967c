import fc from 'fast-check'
import { expect, test } from 'vitest'
import { snapshotOf } from '../snapshot.ts'
import { anyOrganisationParts, anySnapshotParts } from '../testing-snapshots.ts'
import { CoreGrower } from './grow-core.ts'
import { graphOfRows, type RoleGraph, residualGraph } from './role-graph.ts'
import { seedLists, seedSets } from './seed-sets.ts'
import { askable, askedFirst, askedSecond, similarEntitlements } from './similar-entitlements.ts'
import { plainlyGrow, range } from './testing-concept-twins.ts'

const anyGraph = fc
  .oneof(anySnapshotParts(), anyOrganisationParts())
  .map(snapshotOf)
  .map((s) => graphOfRows(s.entitlementCount, s.rowOffset, s.rowEntitlement))

const holdersOf = (graph: RoleGraph, e: number) =>
  new Set(graph.columnPerson.subarray(graph.columnOffset[e], graph.columnOffset[e + 1]))

test('columns list who holds what, and a residual graph is what was not marked', () => {
  fc.assert(
    fc.property(anyGraph, fc.infiniteStream(fc.constantFrom(0, 1)), (graph, marks) => {
      const isExplained = Uint8Array.from(graph.columnPerson, () => marks.next().value)
      const left = residualGraph(graph, isExplained)
      const cells: string[] = []
      for (let e = 0; e < graph.entitlementCount; e++) {
        for (let at = graph.columnOffset[e]!; at < graph.columnOffset[e + 1]!; at++) {
          if (isExplained[at] === 0) cells.push(`${graph.columnPerson[at]},${e}`)
        }
      }
      const inRows = range(left.personCount).flatMap((p) =>
        [...left.rowEntitlement.subarray(left.rowOffset[p], left.rowOffset[p + 1])].map((e) => `${p},${e}`),
      )
      expect(inRows.sort()).toEqual(cells.sort())
      const seen = range(left.entitlementCount).flatMap((e) => [...holdersOf(left, e)].map((p) => `${p},${e}`))
      expect(seen.sort()).toEqual(cells.sort())
    }),
  )
})

test('similar entitlements are those whose holders overlap, with their Jaccard similarity', () => {
  fc.assert(
    fc.property(anyGraph, fc.integer({ min: 1, max: 4 }), (graph, minHolders) => {
      // A column that is longer than the sample is estimated, not counted.
      fc.pre(range(graph.entitlementCount).every((e) => graph.columnOffset[e + 1]! - graph.columnOffset[e]! <= 32))
      const of = Uint32Array.from(range(graph.entitlementCount))
      const { offset, entitlement, similarity } = similarEntitlements(graph, of, minHolders)
      for (const e of of) {
        const own = holdersOf(graph, e)
        const plain = range(graph.entitlementCount).flatMap((f) => {
          const other = holdersOf(graph, f)
          const both = [...own].filter((p) => other.has(p)).length
          const isNear = both >= Math.max(2, Math.ceil(0.15 * own.size)) && f !== e
          const jaccard = both / (own.size + other.size - both)
          const isHeld = own.size >= minHolders && other.size >= minHolders
          return isNear && isHeld && jaccard >= 0.15 ? [[f, Math.fround(jaccard)] as const] : []
        })
        const list = [...entitlement.subarray(offset[e], offset[e + 1])].map((f, i) => [f, similarity[offset[e]! + i]])
        expect(list).toEqual(plain.sort((a, b) => b[1] - a[1] || a[0] - b[0]))
      }
    }),
  )
})

test('of equally similar entitlements the lower ordinal comes first', () => {
  // 5/11 both times: 15 of 22 and 26 holders in common, and 10 of 22 and 10. As (15 / 22) * 22 it is less than 15.
  const holders = [range(22), range(26).map((p) => p + 7), range(10)]
  const rows = range(33).map((p) => range(3).filter((e) => holders[e]!.includes(p)))
  const rowOffset = Uint32Array.from([0, ...rows.map((_, p) => rows.slice(0, p + 1).flat().length)])
  const graph = graphOfRows(3, rowOffset, Uint32Array.from(rows.flat()))
  const { entitlement, similarity } = similarEntitlements(graph, Uint32Array.of(0), 2)
  expect([...entitlement]).toEqual([1, 2])
  expect(similarity[0]).toBe(similarity[1])
})

test('nobody is asked twice, and a seed set holds at least two entitlements', () => {
  fc.assert(
    fc.property(anyGraph, fc.integer({ min: 0, max: 9 }), (graph, round) => {
      const who = askable(graph, graph, 2, 0.5)
      const first = askedFirst(who, round)
      const some = similarEntitlements(graph, first, 2)
      const second = askedSecond(graph, who, [some])
      expect(new Set([...first, ...second]).size).toBe(first.length + second.length)
      const lists = seedLists([some, similarEntitlements(graph, second, 2)], graph.entitlementCount)
      const { offset, middle, entitlement } = seedSets(lists, 0.6, new Int32Array(graph.entitlementCount).fill(-1))
      for (let s = 0; s < middle.length; s++) {
        expect(middle[s]! - offset[s]!).toBeGreaterThan(1)
        const all = entitlement.subarray(offset[s], offset[s + 1])
        expect(new Set(all).size).toBe(all.length)
      }
    }),
  )
})

test('growing gives what its definition gives', () => {
  fc.assert(
    fc.property(
      anyGraph,
      fc.constantFrom(0, 0.3, 0.5, 0.7, 1),
      fc.constantFrom(0.2, 1),
      fc.integer({ min: 1, max: 5 }),
      fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 6 }),
      fc.uniqueArray(fc.nat(), { maxLength: 20 }),
      (graph, tightness, precisionSlack, minSupport, picks, joining) => {
        fc.pre(graph.entitlementCount > 0)
        const seed = [...new Set(picks.map((pick) => pick % graph.entitlementCount))].sort((a, b) => a - b)
        const near = joining.map((pick) => pick % graph.entitlementCount)
        const rules = { tightness, minSupport, precisionSlack }
        const core = new CoreGrower(graph, rules).grow(Uint32Array.from(seed), Uint32Array.from(near))
        const plain = plainlyGrow(graph, rules, seed, near)
        expect(core && { entitlements: [...core.entitlements], members: [...core.members] }).toEqual(plain)
        if (core === undefined) return
        const isIn = new Set(core.entitlements)
        const inside = [...core.members].flatMap((p) =>
          [...graph.rowEntitlement.subarray(graph.rowOffset[p], graph.rowOffset[p + 1])].filter((e) => isIn.has(e)),
        )
        expect(core.grantCount).toBe(inside.length)
      },
    ),
  )
})
