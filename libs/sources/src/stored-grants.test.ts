import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Composition } from './compose/compose.ts'
import { type StoredRecords, storedSource } from './compose/stored-source.ts'
import { Faults } from './faults.ts'

/** CSV in PostgreSQL's form. */
function csvLine(cells: readonly string[]): string {
  const cellOf = (cell: string) =>
    cell === '' || cell === '\\.' || /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
  return `${cells.map(cellOf).join(',')}\n`
}

const text = fc.constantFrom('a', 'b', 'ü', 'a,b', '"', 'x"y', '\n', '\r', 'a\r\nb', '\\.', ' a ', '\ufeff')
const grant = fc.record({
  form: fc.constantFrom('0', '1'),
  holder: text,
  holderApplication: fc.constantFrom('', 'app'),
  application: fc.constantFrom('app', 'other', ''),
  entitlement: text,
  grantedAt: fc.constantFrom('', '2025-01-31'),
  lastUsedAt: fc.constantFrom('', '2025-02-28', '2025-03-01'),
  ends: fc.constantFrom('', '2024-01-01', '2999-01-01'),
})
type Grant = typeof grant extends fc.Arbitrary<infer T> ? T : never

const people = ['a', 'ü', 'a,b', 'x"y', '\n'].map((id) => ({
  ...{ form: '0', id, fields: { status: 'enabled', type: 'human' }, attributes: {}, manager: '', keys: [] },
}))
const entitlements = [
  { application: 'app', id: 'b', fields: {}, keys: [] },
  { application: 'other', id: 'b', fields: {}, keys: [] },
  { application: 'app', id: 'a\r\nb', fields: {}, keys: [] },
]

function sourceOf(grants: readonly Grant[], grantLines?: StoredRecords['grantLines']) {
  return storedSource('hr', {
    forms: {
      people: [{ match: ['id'], among: ['identities'] }],
      accounts: [],
      grants: [
        { holder: { match: ['id'], among: ['identities'] }, entitlement: [] },
        {
          holder: { match: ['id'], among: ['identities', 'entitlements'], namesApplication: true },
          entitlement: [],
        },
      ],
      usage: [],
    },
    keyNames: [],
    kinds: ['people', 'entitlements', 'grants'],
    accountsOnly: false,
    read: async function* (kind) {
      yield { people, accounts: [], applications: [], entitlements, grants, usage: [] }[kind]
    },
    ...(grantLines && { grantLines }),
  })
}

async function composed(grants: readonly Grant[], grantLines?: StoredRecords['grantLines']) {
  const source = sourceOf(grants, grantLines)
  const faults = new Faults()
  const composition = new Composition([source], { faults, split: '', now: new Date('2025-06-01') })
  await composition.read()
  const pieces: Uint8Array[] = []
  for await (const piece of composition.grants()) pieces.push(piece)
  const { directory, leftOut, unknownEntitlements, grantRows } = composition
  return {
    file: Buffer.concat(pieces).toString(),
    entitlements: directory.entitlements.map(({ application, id }) => [application, id]),
    memberships: directory.memberships,
    orphans: [...directory.orphans.values()],
    faults: faults.first,
    leftOut: [...leftOut],
    ...{ unknownEntitlements, grantRows },
  }
}

test('stored grants give the same as lines and as records, wherever the lines are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(grant, { maxLength: 60 }), fc.integer({ min: 1, max: 200 }), async (grants, length) => {
      const bytes = Buffer.from(
        grants
          .map((one) =>
            csvLine([
              ...[one.form, one.holder, one.holderApplication, one.application],
              ...[one.entitlement, one.grantedAt, one.lastUsedAt, one.ends],
            ]),
          )
          .join(''),
      )
      const lines = async function* () {
        for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
      }
      expect(await composed(grants, lines)).toEqual(await composed(grants))
    }),
    { numRuns: 60 },
  )
})

test('stored grants that end within a line are no table', async () => {
  const lines = async function* () {
    yield Buffer.from('0,"a')
  }
  await expect(composed([], lines)).rejects.toThrow('cut off')
})

test('blocks of grants are the same however many lines come at once', async () => {
  const count = 20_000
  const line = (at: number) =>
    csvLine(['0', at % 3 === 0 ? 'ü' : 'a', '', 'app', 'b', '', `2025-01-0${1 + (at % 9)}`, ''])
  const blocksBy = async (linesAtOnce: number) => {
    const lines = async function* () {
      for (let from = 0; from < count; from += linesAtOnce) {
        const length = Math.min(linesAtOnce, count - from)
        yield Buffer.from(Array.from({ length }, (_, at) => line(from + at)).join(''))
      }
    }
    const composition = new Composition([sourceOf([], lines)], { faults: new Faults(), split: '' })
    await composition.read()
    const blocks: object[] = []
    const readTime = (text: string) => ({ seconds: Date.parse(text) / 1000, micros: 0 })
    for await (const block of composition.grantBlocks(readTime)) blocks.push(structuredClone(block))
    return blocks as { readonly person: Uint32Array; readonly usedSeconds: Float64Array }[]
  }
  const expected = await blocksBy(1000)
  expect(expected.map(({ person }) => person.length)).toEqual([8192, 8192, 3616])
  const people = expected.flatMap(({ person }) => [...person])
  expect(people).toEqual(Array.from({ length: count }, (_, at) => (at % 3 === 0 ? 1 : 0)))
  const days = expected.flatMap(({ usedSeconds }) => [...usedSeconds])
  expect(days).toEqual(Array.from({ length: count }, (_, at) => Date.UTC(2025, 0, 1 + (at % 9)) / 1000))
  for (const linesAtOnce of [8191, 8193, 19_999, count]) expect(await blocksBy(linesAtOnce)).toEqual(expected)
})
