import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { effectiveRows } from '../access/effective-access.ts'
import type { ResidualRole } from '../insight/residual.ts'
import { type Snapshot, type SnapshotParts, snapshotOf } from '../snapshot.ts'
import { anySnapshotParts, seeded, tinyParts } from '../testing-snapshots.ts'
import type { MatrixOrder } from './matrix-question.ts'
import { type MatrixWindow, type WindowBits, windowBits } from './matrix-window.ts'
import { orderMatrix } from './order-matrix.ts'

const everybody = { filters: [] }

function bitsOf(snapshot: Snapshot, order: MatrixOrder, window: MatrixWindow): WindowBits {
  const work = windowBits(snapshot, order, window)
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

function whole(snapshot: Snapshot, order: MatrixOrder) {
  const [rowCount, columnCount] = [order.rows.length, order.columns.length]
  const bits = bitsOf(snapshot, order, { rowStart: 0, rowStep: 1, rowCount, columnStart: 0, columnCount })
  const at = (plane: Uint8Array, row: number, column: number) =>
    ((plane[row * bits.rowBytes + (column >> 3)]! >> (column & 7)) & 1) === 1
  return { bits, at }
}

/** Roles with people and entitlements by chance. */
function someRoles({ identityCount, entitlementCount }: Snapshot, seed: number, count: number): ResidualRole[] {
  const random = seeded(seed)
  const some = (length: number, share: number) =>
    Uint32Array.from([...Array(length).keys()].filter(() => random() < share))
  return Array.from({ length: count }, () => ({
    members: some(identityCount, 0.4),
    entitlements: some(entitlementCount, 0.4),
  }))
}

/** People and entitlements in blocks, shuffled. */
function shuffledBlocks(sizes: readonly (readonly [people: number, entitlements: number])[], seed: number) {
  const random = seeded(seed)
  const shuffled = (count: number) => {
    const places = [...Array(count).keys()]
    for (let at = count - 1; at > 0; at--) {
      const other = Math.floor(random() * (at + 1))
      ;[places[at], places[other]] = [places[other] ?? 0, places[at] ?? 0]
    }
    return places
  }
  const sum = (which: 0 | 1) => sizes.reduce((total, size) => total + size[which], 0)
  const [people, entitlements] = [shuffled(sum(0)), shuffled(sum(1))]
  let [row, column] = [0, 0]
  const blocks = sizes.map(([rows, columns]) => {
    const block = {
      members: Uint32Array.from(people.slice(row, row + rows)).sort(),
      entitlements: Uint32Array.from(entitlements.slice(column, column + columns)).sort(),
    }
    row += rows
    column += columns
    return block
  })
  return { blocks, random, identityCount: sum(0), entitlementCount: sum(1) }
}

function snapshotWith(identityCount: number, entitlementCount: number, rows: readonly (readonly number[])[]): Snapshot {
  const rowOffset = new Uint32Array(identityCount + 1)
  for (const [at, row] of rows.entries()) rowOffset[at + 1] = (rowOffset[at] ?? 0) + row.length
  const parts: SnapshotParts = {
    identityKey: Int32Array.from({ length: identityCount }, (_, at) => at),
    entitlementKey: Int32Array.from({ length: entitlementCount }, (_, at) => at),
    applicationKey: Int32Array.of(1),
    entitlementApplication: new Int32Array(entitlementCount),
    rowOffset,
    rowEntitlement: Uint32Array.from(rows.flatMap((row) => [...row].sort((a, b) => a - b))),
    identityStatus: new Uint8Array(identityCount),
    identityType: new Uint8Array(identityCount),
    attributes: [],
  }
  return snapshotOf(parts)
}

/** Places that some ordinals have in an order, and whether these follow one another. */
function areTogether(order: Uint32Array, ordinals: Iterable<number>): boolean {
  const places = Array.from(ordinals, (one) => order.indexOf(one)).sort((a, b) => a - b)
  return places.every((place, at) => at === 0 || place === (places[at - 1] ?? 0) + 1)
}

describe('the order of a matrix', () => {
  test('has each enabled person once, and each entitlement that somebody holds or a role gives', () => {
    fc.assert(
      fc.property(anySnapshotParts(), fc.integer(), fc.integer({ min: 0, max: 4 }), (parts, seed, count) => {
        const snapshot = snapshotOf(parts)
        const roles = someRoles(snapshot, seed, count)
        const order = orderMatrix(snapshot, { people: everybody, roles, keepsHeld: false })
        const people = [...Array(snapshot.identityCount).keys()].filter(
          (i) => snapshot.identityStatus[i] === 0 && snapshot.identityType[i] === 0,
        )
        expect([...order.rows].sort((a, b) => a - b)).toEqual(people)
        const columns = new Set<number>()
        const effective = plainEffective(snapshot)
        for (const person of people) for (const one of effective[person] ?? []) columns.add(one)
        for (const role of roles)
          if ('members' in role && [...role.members].some((one) => people.includes(one)))
            for (const one of role.entitlements) columns.add(one)
        expect([...order.columns].sort((a, b) => a - b)).toEqual([...columns].sort((a, b) => a - b))
        expect(orderMatrix(snapshot, { people: everybody, roles, keepsHeld: false })).toEqual(order)
      }),
      { numRuns: 100 },
    )
  })

  test('windows and tiles say of each cell what plain sets do', () => {
    fc.assert(
      fc.property(
        anySnapshotParts(),
        fc.integer(),
        fc.integer({ min: 0, max: 4 }),
        fc.boolean(),
        (parts, seed, count, keepsHeld) => {
          const snapshot = snapshotOf(parts)
          const roles = someRoles(snapshot, seed, count)
          const order = orderMatrix(snapshot, { people: everybody, roles, keepsHeld })
          const { bits, at } = whole(snapshot, order)
          const effective = plainEffective(snapshot)
          const counts = { assigned: 0, byGroup: 0, modelled: 0, gains: 0, losses: 0 }
          for (const [row, person] of order.rows.entries()) {
            const assigned = new Set(
              snapshot.rowEntitlement.subarray(snapshot.rowOffset[person], snapshot.rowOffset[person + 1]),
            )
            for (const [column, entitlement] of order.columns.entries()) {
              const isAssigned = assigned.has(entitlement)
              const isByGroup = !isAssigned && (effective[person]?.has(entitlement) ?? false)
              const isGiven = roles.some(
                (role) => 'members' in role && role.members.includes(person) && role.entitlements.includes(entitlement),
              )
              const isModelled = isGiven || (keepsHeld && (isAssigned || isByGroup))
              expect([
                at(bits.assigned, row, column),
                at(bits.byGroup, row, column),
                at(bits.modelled, row, column),
              ]).toEqual([isAssigned, isByGroup, isModelled])
              if (isAssigned) counts.assigned++
              if (isByGroup) counts.byGroup++
              if (isModelled) counts.modelled++
              if (isGiven && !isAssigned && !isByGroup) counts.gains++
              if (isAssigned && !isModelled) counts.losses++
            }
          }
          for (const kind of ['assigned', 'byGroup', 'modelled', 'gains', 'losses'] as const)
            expect([kind, order.tiles[kind].reduce((sum, one) => sum + one, 0)]).toEqual([kind, counts[kind]])
        },
      ),
      { numRuns: 100 },
    )
  })

  test('every nth row of a window is the row of the whole', () => {
    const { blocks, identityCount, entitlementCount } = shuffledBlocks(
      [
        [30, 9],
        [20, 12],
      ],
      3,
    )
    const snapshot = heldByBlocks(identityCount, entitlementCount, blocks)
    const order = orderMatrix(snapshot, { people: everybody, roles: [], keepsHeld: false })
    const { bits: all, at } = whole(snapshot, order)
    const part = bitsOf(snapshot, order, { rowStart: 4, rowStep: 5, rowCount: 9, columnStart: 3, columnCount: 11 })
    for (let row = 0; row < 9; row++)
      for (let column = 0; column < 11; column++)
        expect(((part.assigned[row * part.rowBytes + (column >> 3)] ?? 0) >> (column & 7)) & 1).toBe(
          at(all.assigned, 4 + row * 5, 3 + column) ? 1 : 0,
        )
  })

  test('without roles, people who hold the same stand together, whatever their order was', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { blocks, identityCount, entitlementCount, random } = shuffledBlocks(
        [
          [40, 10],
          [30, 8],
          [25, 12],
          [10, 5],
          [6, 4],
        ],
        seed,
      )
      // Each holds nine of ten of the block, and everybody one entitlement more.
      const rows = Array.from({ length: identityCount }, (_, person) => {
        const block = blocks.find(({ members }) => members.includes(person))
        return [...(block?.entitlements ?? []).filter(() => random() < 0.9), entitlementCount]
      })
      const snapshot = snapshotWith(identityCount, entitlementCount + 1, rows)
      const { rows: order, columns } = orderMatrix(snapshot, { people: everybody, roles: [], keepsHeld: false })
      for (const { members, entitlements } of blocks) {
        expect(areTogether(order, members)).toBe(true)
        const places = Array.from(entitlements, (one) => columns.indexOf(one))
        // What everybody holds may stand between.
        expect(Math.max(...places) - Math.min(...places)).toBeLessThanOrEqual(entitlements.length)
      }
    }
  })

  test('with roles, each stands in one rectangle where none crosses another, and those that cross share a side', () => {
    const { blocks, identityCount, entitlementCount } = shuffledBlocks(
      [
        [20, 6],
        [15, 5],
        [10, 8],
        [5, 3],
      ],
      7,
    )
    const [a, b] = blocks
    if (a === undefined || b === undefined) return expect.unreachable()
    // A fifth role of people of two blocks.
    const crossing = {
      members: Uint32Array.from([...a.members.slice(0, 8), ...b.members.slice(0, 6)]).sort(),
      entitlements: Uint32Array.from([...a.entitlements.slice(0, 2), ...b.entitlements.slice(0, 2)]).sort(),
    }
    const snapshot = heldByBlocks(identityCount, entitlementCount, blocks)
    const order = orderMatrix(snapshot, { people: everybody, roles: [...blocks, crossing], keepsHeld: false })
    for (const block of [...blocks, crossing]) {
      expect(areTogether(order.rows, block.members)).toBe(true)
      expect(areTogether(order.columns, block.entitlements)).toBe(true)
    }
    expect(order.blocks.map(({ people, entitlements }) => people * entitlements)).toEqual([120, 80, 75, 56, 15])
    for (const { role, rows, columns, people, entitlements, assigned } of order.blocks) {
      expect([rows.count, columns.count]).toEqual([people, entitlements])
      const meant = [...blocks, crossing][role]
      expect(meant?.members.includes(order.rows[rows.start] ?? -1)).toBe(true)
      expect(meant?.entitlements.includes(order.columns[columns.start] ?? -1)).toBe(true)
      if (role < 4) expect(assigned).toBe(people * entitlements)
    }
  })

  test('nobody, nothing and one row have a matrix too', () => {
    const snapshot = snapshotOf(tinyParts())
    const nobody = orderMatrix(snapshot, { people: { members: new Uint32Array(0) }, roles: [], keepsHeld: false })
    expect([nobody.rows.length, nobody.columns.length, nobody.tiles.rowTiles, nobody.blocks]).toEqual([0, 0, 0, []])
    const one = orderMatrix(snapshot, { people: { members: Uint32Array.of(0, 1) }, roles: [], keepsHeld: false })
    expect([[...one.rows], [...one.columns].sort()]).toEqual([[0], [0, 1]])
    expect(one.bytes).toBeGreaterThan(0)
  })

  test('more sets of roles than find a place by themselves still stand by the largest role that they have', () => {
    // Everybody is in the one large role and in some of many small ones, each time other ones.
    const people = 1_600
    const random = seeded(2)
    const entitlementCount = 60
    const large = { members: Uint32Array.from({ length: people / 2 }, (_, at) => at * 2), entitlements: range(0, 20) }
    const small = Array.from({ length: 40 }, (_, at) => ({
      members: Uint32Array.from([...Array(people).keys()].filter(() => random() < 0.3)),
      entitlements: Uint32Array.of(20 + at),
    }))
    const snapshot = snapshotWith(
      people,
      entitlementCount,
      Array.from({ length: people }, () => []),
    )
    const order = orderMatrix(snapshot, { people: everybody, roles: [large, ...small], keepsHeld: false })
    const best = order.blocks.find(({ role }) => role === 0)
    expect(best?.rows.count).toBeGreaterThan(large.members.length * 0.9)
  })
})

function range(start: number, end: number): Uint32Array {
  return Uint32Array.from({ length: end - start }, (_, at) => start + at)
}

function heldByBlocks(
  identityCount: number,
  entitlementCount: number,
  blocks: readonly { readonly members: Uint32Array; readonly entitlements: Uint32Array }[],
): Snapshot {
  return snapshotWith(
    identityCount,
    entitlementCount,
    Array.from({ length: identityCount }, (_, person) =>
      blocks.filter(({ members }) => members.includes(person)).flatMap(({ entitlements }) => [...entitlements]),
    ),
  )
}

/** By identity what it can do. */
function plainEffective(snapshot: Snapshot): readonly ReadonlySet<number>[] {
  const { rowOffset, rowEntitlement } =
    snapshot.closure === undefined ? snapshot : effectiveRows(snapshot, snapshot.entitlementCount, snapshot.closure)
  return Array.from(
    { length: snapshot.identityCount },
    (_, person) => new Set(rowEntitlement.subarray(rowOffset[person], rowOffset[person + 1])),
  )
}
