import fc from 'fast-check'
import { expect, test } from 'vitest'
import { StripeChecksum } from './checksum.ts'
import { encodeSnapshot, encodeSnapshotToBuffer } from './encode-snapshot.ts'
import { MiningError } from './mining-error.ts'
import { readSnapshot, snapshotByteLength } from './read-snapshot.ts'
import type { Snapshot, SnapshotParts } from './snapshot.ts'
import { anySnapshotParts, tinyClosure, tinyParts } from './testing-snapshots.ts'

function plain(snapshot: SnapshotParts) {
  return {
    ...Object.fromEntries(
      Object.entries(snapshot).map(([k, v]) => [k, ArrayBuffer.isView(v) ? [...(v as Uint8Array)] : v]),
    ),
    attributes: snapshot.attributes.map(({ key, values, column, lists }) => ({
      key,
      values: [...values],
      ...(column === undefined ? { offset: [...lists.offset], value: [...lists.value] } : { column: [...column] }),
    })),
    closure: Object.entries(snapshot.closure ?? {}).map(([name, values]) => [name, [...values]]),
  }
}

function joined(chunks: Iterable<Uint8Array>): ArrayBuffer {
  const list = [...chunks]
  const bytes = new Uint8Array(list.reduce((sum, c) => sum + c.length, 0))
  let at = 0
  for (const chunk of list) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes.buffer
}

function problem(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof MiningError) return `${error.kind} ${error.message}`
    throw error
  }
  return 'no error'
}

test('what was encoded is read back, for any graph', () => {
  fc.assert(
    fc.property(anySnapshotParts(), (parts) => {
      const read: Snapshot = readSnapshot(encodeSnapshotToBuffer(parts))
      expect(plain(read)).toEqual({
        ...plain(parts),
        identityCount: parts.identityKey.length,
        entitlementCount: parts.entitlementKey.length,
        applicationCount: parts.applicationKey.length,
        grantCount: parts.rowEntitlement.length,
      })
    }),
  )
})

test('the pieces are the same bytes whatever their size, and none is larger than asked', () => {
  fc.assert(
    fc.property(anySnapshotParts(), fc.integer({ min: 1, max: 20 }), (parts, stripes) => {
      const chunks = [...encodeSnapshot(parts, { chunkBytes: stripes * 16 })]
      expect(chunks.every((c) => c.length > 0 && c.length <= stripes * 16)).toBe(true)
      expect(new Uint8Array(joined(chunks))).toEqual(new Uint8Array(joined(encodeSnapshot(parts))))
      expect(joined(chunks).byteLength).toBe(encodeSnapshotToBuffer(parts).byteLength)
    }),
  )
})

test('the first bytes tell the length of the whole', () => {
  const whole = new Uint8Array(joined(encodeSnapshot(tinyParts())))
  expect(snapshotByteLength(whole.subarray(0, 64))).toBe(whole.length)
  expect(problem(() => snapshotByteLength(whole.subarray(0, 63)))).toBe(
    'bad_snapshot header: expected 64 bytes, got 63 bytes',
  )
})

test('reading copies nothing: a view sees a change of the buffer', () => {
  const buffer = encodeSnapshotToBuffer(tinyParts())
  const snapshot = readSnapshot(buffer)
  expect(snapshot.rowEntitlement.buffer).toBe(buffer)
  expect(snapshot.attributes[0]!.column?.buffer).toBe(buffer)
  expect(snapshot.attributes[1]!.lists?.value.buffer).toBe(buffer)
})

test('any single changed byte is noticed', () => {
  const bytes = new Uint8Array(joined(encodeSnapshot(tinyParts())))
  for (let i = 0; i < bytes.length; i++) {
    // The last 12 bytes are padding after the checksum.
    if (i >= bytes.length - 12) continue
    const broken = bytes.slice()
    broken[i]! ^= 1 << (i % 8)
    expect(
      problem(() => readSnapshot(broken.buffer)),
      `byte ${i}`,
    ).toMatch(/^bad_snapshot .*: expected .*, got /)
  }
})

test('any truncated buffer is refused', () => {
  const bytes = new Uint8Array(joined(encodeSnapshot(tinyParts())))
  for (let length = 0; length < bytes.length; length += 16) {
    expect(
      problem(() => readSnapshot(bytes.slice(0, length).buffer)),
      `length ${length}`,
    ).toMatch(/^bad_snapshot /)
  }
})

test.each<[string, Partial<SnapshotParts>, string]>([
  [
    'a row out of order',
    { rowEntitlement: Uint32Array.of(1, 0, 1) },
    'rowEntitlement[1]: expected more than 1, the one before in row 0, got 0',
  ],
  [
    'a grant twice',
    { rowEntitlement: Uint32Array.of(1, 1, 1) },
    'rowEntitlement[1]: expected more than 1, the one before in row 0, got 1',
  ],
  [
    'an entitlement out of range',
    { rowEntitlement: Uint32Array.of(0, 2, 1) },
    'rowEntitlement[1]: expected less than the entitlement count 2, got 2',
  ],
  ['an offset that goes back', { rowOffset: Uint32Array.of(0, 4, 3) }, 'rowOffset[1]: expected 0 to 3, got 4'],
  ['a missing offset', { rowOffset: Uint32Array.of(0, 3) }, 'rowOffset: expected 3 elements, got 2'],
  [
    'offsets that do not end at the grants',
    { rowOffset: Uint32Array.of(0, 2, 2) },
    'rowOffset[2]: expected the grant count 3, got 2',
  ],
  [
    'an unknown status',
    { identityStatus: Uint8Array.of(0, 3) },
    'identityStatus[1]: expected at least 0 and less than 3, got 3',
  ],
  [
    'an unknown type',
    { identityType: Uint8Array.of(4, 0) },
    'identityType[0]: expected at least 0 and less than 4, got 4',
  ],
  [
    'an application out of range',
    { entitlementApplication: Int32Array.of(0, 1) },
    'entitlementApplication[1]: expected at least 0 and less than 1, got 1',
  ],
  ['days for some grants only', { lastUsedDay: Uint16Array.of(1) }, 'lastUsedDay: expected 3 elements, got 1'],
  [
    'a value that is not in the dictionary',
    { attributes: [{ key: 'a', values: ['x'], column: Int32Array.of(0, 1) }] },
    'attributes["a"].column[1]: expected at least -1 and less than 1, got 1',
  ],
  [
    'a group out of order',
    { closure: { ...tinyClosure(), group: Uint32Array.of(1, 0) } },
    'closure.group[1]: expected more than 1 and less than 2, got 0',
  ],
  [
    'a group without a row',
    { closure: { ...tinyClosure(), groupRow: Uint32Array.of(0, 1) } },
    'closure.groupRow[1]: expected at least 0 and less than 1, got 1',
  ],
  [
    'a group that gives what does not exist',
    { closure: { ...tinyClosure(), givenEntitlement: Uint32Array.of(0, 2) } },
    'closure.givenEntitlement[1]: expected more than 0 and less than 2, got 2',
  ],
  [
    'rows of groups that do not end with what they give',
    { closure: { ...tinyClosure(), givenOffset: Uint32Array.of(0, 1) } },
    'closure.givenOffset: expected to end at 2, got 1',
  ],
  [
    'a value twice in a list',
    {
      attributes: [
        { key: 'a', values: ['x'], lists: { offset: Uint32Array.of(0, 2, 2), value: Uint32Array.of(0, 0) } },
      ],
    },
    'attributes["a"].lists.value[1]: expected more than 0 and less than 1, got 0',
  ],
  [
    'a list with a value that is not in the dictionary',
    { attributes: [{ key: 'a', values: ['x'], lists: { offset: Uint32Array.of(0, 1, 1), value: Uint32Array.of(1) } }] },
    'attributes["a"].lists.value[0]: expected more than -1 and less than 1, got 1',
  ],
  [
    'lists that go back',
    { attributes: [{ key: 'a', values: ['x'], lists: { offset: Uint32Array.of(0, 2, 1), value: Uint32Array.of(0) } }] },
    'attributes["a"].lists.offset[1]: expected 0 to 1, got 2',
  ],
  [
    'one attribute twice',
    { attributes: [0, 1].map(() => ({ key: 'a', values: [], column: Int32Array.of(-1, -1) })) },
    'attributes["a"]: expected one attribute of that key, got two',
  ],
])('%s is refused before anything is written', (_, change, message) => {
  expect(problem(() => encodeSnapshot({ ...tinyParts(), ...change }))).toBe(`bad_snapshot ${message}`)
})

test('a foreign file and another version are named', () => {
  const bytes = new Uint8Array(joined(encodeSnapshot(tinyParts())))
  const foreign = bytes.slice()
  foreign.set(new TextEncoder().encode('PARQUET1'))
  expect(problem(() => readSnapshot(foreign.buffer))).toBe('bad_snapshot magic: expected "ASSAYSNP", got "PARQUET1"')
  const later = bytes.slice()
  later[8] = 9
  expect(problem(() => readSnapshot(later.buffer))).toBe('bad_snapshot version: expected 2, got 9')
})

test('a piece size that is no multiple of 16 is refused', () => {
  expect(problem(() => encodeSnapshot(tinyParts(), { chunkBytes: 24 }))).toBe(
    'bad_settings chunkBytes: expected a positive multiple of 16, got 24',
  )
})

test('the checksum is xxHash32 with seed 0', () => {
  const checksum = new StripeChecksum()
  checksum.update(new Uint32Array(new TextEncoder().encode('0123456789abcdef').buffer))
  expect(checksum.digest().toString(16)).toBe('c2c45b69')
})
