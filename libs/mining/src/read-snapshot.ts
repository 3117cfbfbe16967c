import type { AccessClosure } from './access/access-closure.ts'
import { checkSnapshot } from './check-snapshot.ts'
import { StripeChecksum } from './checksum.ts'
import { MiningError } from './mining-error.ts'
import type { Snapshot, SnapshotAttribute } from './snapshot.ts'
import * as layout from './snapshot-layout.ts'

type Bytes = SharedArrayBuffer | ArrayBuffer

/**
 * Creates views over the buffer. Nothing is copied, so all worker threads with the same shared buffer read the same bytes. Checks magic,
 * version, length, section table, checksum, and every ordinal (10 million grants: about 30 ms). Throws `bad_snapshot` with the part, the
 * expected and the actual value.
 */
export function readSnapshot(buffer: Bytes): Snapshot {
  const snapshot = openSnapshot(buffer)
  const words = new Uint32Array(buffer, 0, (buffer.byteLength - layout.trailerBytes) / 4)
  const checksum = new StripeChecksum()
  checksum.update(words)
  const stored = new DataView(buffer).getUint32(buffer.byteLength - layout.trailerBytes, true)
  if (checksum.digest() !== stored) throw wrong('checksum', hex(stored), hex(checksum.digest()))
  checkSnapshot(snapshot)
  return snapshot
}

/** Whether the bytes start with the header of the current format version. A snapshot of another version must be built again. */
export function hasFormatInForce(firstBytes: Uint8Array): boolean {
  try {
    snapshotByteLength(firstBytes)
    return true
  } catch (error) {
    if (error instanceof MiningError && error.kind === 'bad_snapshot') return false
    throw error
  }
}

/**
 * The byte length of the whole snapshot, from its first bytes (at least 64), so that a reader of chunks can allocate the shared buffer
 * before the rest arrives.
 */
export function snapshotByteLength(firstBytes: Uint8Array): number {
  if (firstBytes.length < layout.headerBytes) {
    throw wrong('header', `${layout.headerBytes} bytes`, `${firstBytes.length} bytes`)
  }
  const view = new DataView(firstBytes.buffer, firstBytes.byteOffset, firstBytes.byteLength)
  let found = ''
  for (let i = 0; i < layout.magic.length; i++) found += String.fromCharCode(view.getUint8(i))
  if (found !== layout.magic) throw wrong('magic', JSON.stringify(layout.magic), JSON.stringify(found))
  const version = view.getUint32(layout.header.version, true)
  if (version !== layout.version) throw wrong('version', String(layout.version), version)
  return view.getFloat64(layout.header.totalBytes, true)
}

/** The same as `readSnapshot` for a buffer that this process has already checked: reads only the header and the section table. */
export function openSnapshot(buffer: Bytes): Snapshot {
  if (!layout.isLittleEndian()) throw wrong('machine', 'little-endian', 'big-endian')
  const total = snapshotByteLength(new Uint8Array(buffer))
  if (total !== buffer.byteLength) throw wrong('length', `${total} bytes`, `${buffer.byteLength} bytes`)
  const view = new DataView(buffer)
  const counts = {
    identityCount: view.getUint32(layout.header.identityCount, true),
    entitlementCount: view.getUint32(layout.header.entitlementCount, true),
    applicationCount: view.getUint32(layout.header.applicationCount, true),
    grantCount: view.getUint32(layout.header.grantCount, true),
  }
  const table = readTable(buffer, view.getUint32(layout.header.sectionCount, true))
  const kinds = layout.sections
  const { identityCount, entitlementCount, applicationCount, grantCount } = counts
  const attributes: SnapshotAttribute[] = []
  for (let index = 0; index < view.getUint32(layout.header.attributeCount, true); index++) {
    attributes.push(readAttribute(table, index, identityCount))
  }
  const lastUsedDay = table.optional(kinds.lastUsedDay, grantCount, Uint16Array)
  const closure = readClosure(table)
  return {
    ...counts,
    identityKey: table.required('identityKey', kinds.identityKey, identityCount, Int32Array),
    entitlementKey: table.required('entitlementKey', kinds.entitlementKey, entitlementCount, Int32Array),
    applicationKey: table.required('applicationKey', kinds.applicationKey, applicationCount, Int32Array),
    entitlementApplication: table.required(
      'entitlementApplication',
      kinds.entitlementApplication,
      entitlementCount,
      Int32Array,
    ),
    rowOffset: table.required('rowOffset', kinds.rowOffset, identityCount + 1, Uint32Array),
    rowEntitlement: table.required('rowEntitlement', kinds.rowEntitlement, grantCount, Uint32Array),
    ...(lastUsedDay === undefined ? {} : { lastUsedDay }),
    identityStatus: table.required('identityStatus', kinds.identityStatus, identityCount, Uint8Array),
    identityType: table.required('identityType', kinds.identityType, identityCount, Uint8Array),
    attributes,
    ...(closure === undefined ? {} : { closure }),
  }
}

interface ArrayType<T> {
  readonly BYTES_PER_ELEMENT: number
  new (buffer: Bytes, byteOffset: number, length: number): T
}

interface Table {
  optional<T>(kind: number, length: number | undefined, type: ArrayType<T>, attribute?: number): T | undefined
  required<T>(name: string, kind: number, length: number | undefined, type: ArrayType<T>, attribute?: number): T
}

function readTable(buffer: Bytes, count: number): Table {
  const view = new DataView(buffer)
  const tableEnd = layout.headerBytes + count * layout.tableEntryBytes
  const limit = buffer.byteLength - layout.trailerBytes
  if (tableEnd > limit) throw wrong('section table', `to end before byte ${limit}`, `${count} sections`)
  const found = new Map<string, { offset: number; bytes: number }>()
  let free = tableEnd
  for (let i = 0; i < count; i++) {
    const at = layout.headerBytes + i * layout.tableEntryBytes
    const kind = view.getUint32(at, true)
    const attribute = view.getUint32(at + 4, true)
    const offset = view.getFloat64(at + 8, true)
    const bytes = view.getFloat64(at + 16, true)
    // Sections are adjacent and in the order of the table. This excludes overlaps, gaps and wrong alignment.
    if (offset !== free) throw wrong(`section ${i} offset`, String(free), offset)
    if (!Number.isInteger(bytes) || bytes < 0 || offset + bytes > limit) {
      throw wrong(`section ${i} bytes`, `0 to ${limit - offset}`, bytes)
    }
    free = layout.aligned(offset + bytes)
    found.set(`${kind}/${attribute}`, { offset, bytes })
  }
  if (free !== limit) throw wrong('sections', `to end at byte ${limit}`, `byte ${free}`)
  function optional<T>(kind: number, length: number | undefined, type: ArrayType<T>, attribute = 0): T | undefined {
    const entry = found.get(`${kind}/${attribute}`)
    if (entry === undefined) return undefined
    const elements = entry.bytes / type.BYTES_PER_ELEMENT
    if (length !== undefined ? elements !== length : !Number.isInteger(elements)) {
      throw wrong(`section of kind ${kind}`, `${length ?? 'whole'} elements`, elements)
    }
    return new type(buffer, entry.offset, elements)
  }
  return {
    optional,
    required(name, kind, length, type, attribute = 0) {
      const array = optional(kind, length, type, attribute)
      if (array === undefined) throw wrong(name, 'a section', 'none')
      return array
    },
  }
}

function readClosure(table: Table): AccessClosure | undefined {
  const kinds = layout.sections
  const group = table.optional(kinds.closureGroup, undefined, Uint32Array)
  if (group === undefined) return undefined
  const required = (name: string, kind: number, length?: number) => table.required(name, kind, length, Uint32Array)
  return {
    group,
    groupRow: required('closure.groupRow', kinds.closureGroupRow, group.length),
    givenOffset: required('closure.givenOffset', kinds.closureGivenOffset),
    givenEntitlement: required('closure.givenEntitlement', kinds.closureGivenEntitlement),
  }
}

function readAttribute(table: Table, index: number, identityCount: number): SnapshotAttribute {
  const kinds = layout.sections
  const name = `attribute ${index}`
  const key = decodeText(table.required(`${name} name`, kinds.attributeName, undefined, Uint8Array, index))
  const offset = table.required(`${name} offsets`, kinds.attributeValueOffset, undefined, Uint32Array, index)
  const text = table.required(`${name} values`, kinds.attributeValueText, undefined, Uint8Array, index)
  if (offset.length === 0 || offset[0] !== 0) throw wrong(`${name} offsets`, 'to start with 0', 'none')
  for (let i = 1; i < offset.length; i++) {
    if (offset[i]! < offset[i - 1]!) throw wrong(`${name} offsets[${i}]`, `at least ${offset[i - 1]}`, offset[i]!)
  }
  if (offset[offset.length - 1] !== text.length) {
    throw wrong(`${name} offsets`, `to end at ${text.length}`, offset[offset.length - 1]!)
  }
  let values: readonly string[] | undefined
  return {
    key,
    ...readValues(table, name, index, identityCount),
    // Decodes lazily, since worker threads do not read the texts.
    get values() {
      values ??= Array.from({ length: offset.length - 1 }, (_, i) =>
        decodeText(text.subarray(offset[i], offset[i + 1])),
      )
      return values
    },
  }
}

/** The column of a single attribute, or the lists of a list attribute. */
function readValues(table: Table, name: string, index: number, identityCount: number) {
  const kinds = layout.sections
  const offset = table.optional(kinds.attributeListOffset, identityCount + 1, Uint32Array, index)
  if (offset === undefined) {
    return { column: table.required(`${name} column`, kinds.attributeColumn, identityCount, Int32Array, index) }
  }
  const value = table.required(`${name} lists`, kinds.attributeListValue, offset[identityCount], Uint32Array, index)
  return { lists: { offset, value } }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeText(bytes: Uint8Array): string {
  try {
    // Decodes a copy, since not every TextDecoder reads shared memory.
    return decoder.decode(bytes.slice())
  } catch {
    // The decoder's own message gives no position; this one says what was expected.
    throw wrong('text', 'UTF-8', `${bytes.length} bytes that are not`)
  }
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`
}

function wrong(field: string, expected: string, got: string | number): MiningError {
  return new MiningError('bad_snapshot', field, expected, got)
}
