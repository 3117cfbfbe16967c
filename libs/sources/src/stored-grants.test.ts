import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Composition } from './compose/compose.ts'
import { GrantEncoder } from './compose/grant-encoder.ts'
import { type StoredRecords, storedSource } from './compose/stored-source.ts'
import { Faults } from './faults.ts'
import { decodedBlock, encodedBlock, type StoredGrantBlock } from './read/grant-codes.ts'

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

type Stored = Pick<StoredRecords, 'grantLines' | 'grantBlocks'>

function sourceOf(grants: readonly Grant[], stored: Stored = {}) {
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
    ...stored,
  })
}

async function composed(grants: readonly Grant[], stored?: Stored) {
  const source = sourceOf(grants, stored)
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
      expect(await composed(grants, { grantLines: lines })).toEqual(await composed(grants))
    }),
    { numRuns: 60 },
  )
})

interface Division {
  /** The most rows of a block. */
  readonly rows?: number
  readonly limits?: ConstructorParameters<typeof GrantEncoder>[0]
}

/** Grants as `GrantEncoder` stores them. */
function blocksOf(grants: readonly Grant[], { rows = Number.POSITIVE_INFINITY, limits }: Division = {}): Uint8Array[] {
  const encoder = new GrantEncoder(limits)
  const blocks: (StoredGrantBlock | undefined)[] = []
  for (const [at, { form, ...one }] of grants.entries()) {
    blocks.push(encoder.add({ ...one, form: 0 }, Number(form)))
    if ((at + 1) % rows === 0) blocks.push(encoder.rest())
  }
  blocks.push(encoder.rest())
  const taken = blocks.filter((block) => block !== undefined)
  expect(taken.reduce((sum, block) => sum + block.rows, 0)).toBe(grants.length)
  return taken.map(({ bytes }) => bytes)
}

function storedAs(blocks: readonly Uint8Array[]): Stored {
  const read = async function* () {
    yield* blocks
  }
  return { grantBlocks: async () => read() }
}

test('grants stored as numbers give the same as records, however they are divided into blocks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(grant, { maxLength: 60 }), fc.integer({ min: 1, max: 30 }), async (grants, rows) => {
      expect(await composed(grants, storedAs(blocksOf(grants, { rows })))).toEqual(await composed(grants))
    }),
    { numRuns: 60 },
  )
})

test('texts begin to be numbered again when there are many, or long ones', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(grant, { maxLength: 60 }), fc.integer({ min: 1, max: 20 }), async (grants, texts) => {
      for (const limits of [
        { texts, characters: 1_000 },
        { texts: 1_000, characters: texts },
      ]) {
        const blocks = blocksOf(grants, { limits })
        expect(await composed(grants, storedAs(blocks))).toEqual(await composed(grants))
        const begun = blocks.filter((block) => decodedBlock(block).begins)
        if (texts === 1) expect(begun).toHaveLength(blocks.length)
      }
    }),
    { numRuns: 40 },
  )
})

test('numbers of any size are stored', () => {
  const numbers = fc.array(fc.constantFrom(0, 1, 255, 256, 65_535, 65_536, 2 ** 24, 2 ** 32 - 1), {
    minLength: 3,
    maxLength: 3,
  })
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 5, maxLength: 5 }), (columns) => {
      const column = (at: number) => Uint32Array.from(columns[at] ?? [])
      const codes = {
        ...{ holder: column(0), entitlement: column(1), grantedAt: column(2), lastUsedAt: column(3), ends: column(4) },
      }
      const texts = { holders: [], entitlements: [], times: [], ends: ['é'] }
      expect(decodedBlock(encodedBlock(codes, 3, texts, false).bytes)).toEqual({ rows: 3, begins: false, texts, codes })
    }),
  )
})

test('lone surrogates are stored as PostgreSQL stores them', () => {
  const encoder = new GrantEncoder()
  const texts = { holder: '\ud800', holderApplication: '\udc00', application: 'é', entitlement: '\ud83d' }
  encoder.add({ form: 0, ...texts, grantedAt: '', lastUsedAt: '', ends: '' }, 1)
  expect(decodedBlock(encoder.rest()?.bytes ?? new Uint8Array()).texts).toEqual({
    holders: [[1, '\ufffd', '\ufffd', 'é']],
    entitlements: [[1, 'é', '\ufffd']],
    times: [''],
    ends: [''],
  })
})

test('a block that is cut off is damaged', () => {
  const [block = new Uint8Array()] = blocksOf([
    ...['a', 'b'].map(
      (holder) =>
        ({
          form: '0',
          holder,
          holderApplication: '',
          application: 'app',
          entitlement: 'b',
          grantedAt: '',
          lastUsedAt: '',
          ends: '',
        }) as Grant,
    ),
  ])
  expect(() => decodedBlock(block.subarray(0, -1))).toThrow('damaged')
})

test('stored grants that end within a line are no table', async () => {
  const lines = async function* () {
    yield Buffer.from('0,"a')
  }
  await expect(composed([], { grantLines: lines })).rejects.toThrow('cut off')
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
    return blocksOfStored({ grantLines: lines })
  }
  const blocksOfStored = async (stored: Stored) => {
    const composition = new Composition([sourceOf([], stored)], { faults: new Faults(), split: '' })
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
  const grants = Array.from({ length: count }, (_, at) => ({
    ...{ form: 0, holder: at % 3 === 0 ? 'ü' : 'a', holderApplication: '', application: 'app', entitlement: 'b' },
    ...{ grantedAt: '', lastUsedAt: `2025-01-0${1 + (at % 9)}`, ends: '' },
  }))
  const encoder = new GrantEncoder()
  const encoded = [...grants.map((one) => encoder.add(one, 0)), encoder.rest()]
  const stored = encoded.flatMap((block) => (block === undefined ? [] : [block.bytes]))
  expect(await blocksOfStored(storedAs(stored))).toEqual(expected)
  for (const linesAtOnce of [8191, 8193, 19_999, count]) expect(await blocksBy(linesAtOnce)).toEqual(expected)
})
