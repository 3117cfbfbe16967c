import { checkSnapshot } from './check-snapshot.ts'
import { StripeChecksum } from './checksum.ts'
import { MiningError } from './mining-error.ts'
import { type SnapshotAttribute, type SnapshotParts, snapshotOf } from './snapshot.ts'
import * as layout from './snapshot-layout.ts'

/** The default size limit of a chunk: 8 MiB, which a database row or a message can carry. */
const defaultChunkBytes = 8 * 1024 * 1024

interface Section {
  readonly kind: number
  readonly attribute: number
  readonly bytes: Uint8Array
}

/**
 * Encodes the snapshot as a sequence of chunks of at most `chunkBytes` (a multiple of 16), each in a separate buffer. `readSnapshot`
 * takes the concatenated chunks. Besides the input arrays only one chunk and the text dictionaries are in memory. Throws `bad_snapshot`
 * before the first chunk when the parts contradict each other.
 */
export function encodeSnapshot(
  parts: SnapshotParts,
  options: { readonly chunkBytes?: number } = {},
): Generator<Uint8Array, void, undefined> {
  const chunkBytes = options.chunkBytes ?? defaultChunkBytes
  if (!Number.isInteger(chunkBytes) || chunkBytes < layout.alignment || chunkBytes % layout.alignment !== 0) {
    throw new MiningError('bad_settings', 'chunkBytes', `a positive multiple of ${layout.alignment}`, chunkBytes)
  }
  checkSnapshot(snapshotOf(parts))
  // A generator inside a plain function, so the checks run at the call and not at the first `next()`.
  return pieces(sectionsOf(parts), parts, chunkBytes)
}

/** Encodes the snapshot into one shared buffer, ready for `readSnapshot` and for worker threads. */
export function encodeSnapshotToBuffer(parts: SnapshotParts): SharedArrayBuffer {
  checkSnapshot(snapshotOf(parts))
  const sections = sectionsOf(parts)
  const buffer = new SharedArrayBuffer(totalBytes(sections))
  const target = new Uint8Array(buffer)
  let at = 0
  for (const piece of pieces(sections, parts, defaultChunkBytes)) {
    target.set(piece, at)
    at += piece.length
  }
  return buffer
}

function* pieces(sections: readonly Section[], parts: SnapshotParts, chunkBytes: number): Generator<Uint8Array, void> {
  const total = totalBytes(sections)
  const checksum = new StripeChecksum()
  let produced = 0
  let chunk = new Uint8Array(Math.min(chunkBytes, total))
  let filled = 0
  for (const bytes of withPadding(headOf(sections, parts, total), sections)) {
    let taken = 0
    while (taken < bytes.length) {
      const part = bytes.subarray(taken, taken + Math.min(bytes.length - taken, chunk.length - filled))
      chunk.set(part, filled)
      filled += part.length
      taken += part.length
      if (filled === chunk.length && produced + filled < total) {
        checksum.update(new Uint32Array(chunk.buffer))
        produced += filled
        yield chunk
        chunk = new Uint8Array(Math.min(chunkBytes, total - produced))
        filled = 0
      }
    }
  }
  checksum.update(new Uint32Array(chunk.buffer, 0, filled / 4))
  new DataView(chunk.buffer).setUint32(filled, checksum.digest(), true)
  yield chunk
}

function* withPadding(head: Uint8Array, sections: readonly Section[]): Generator<Uint8Array, void> {
  const zeros = new Uint8Array(layout.alignment)
  yield head
  for (const { bytes } of sections) {
    yield bytes
    yield zeros.subarray(0, layout.aligned(bytes.length) - bytes.length)
  }
}

function headOf(sections: readonly Section[], parts: SnapshotParts, total: number): Uint8Array {
  const bytes = new Uint8Array(layout.headerBytes + sections.length * layout.tableEntryBytes)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < layout.magic.length; i++) bytes[layout.header.magic + i] = layout.magic.charCodeAt(i)
  view.setUint32(layout.header.version, layout.version, true)
  view.setUint32(layout.header.sectionCount, sections.length, true)
  view.setUint32(layout.header.identityCount, parts.identityKey.length, true)
  view.setUint32(layout.header.entitlementCount, parts.entitlementKey.length, true)
  view.setUint32(layout.header.applicationCount, parts.applicationKey.length, true)
  view.setUint32(layout.header.attributeCount, parts.attributes.length, true)
  view.setUint32(layout.header.grantCount, parts.rowEntitlement.length, true)
  view.setFloat64(layout.header.totalBytes, total, true)
  let offset = bytes.length
  for (let i = 0; i < sections.length; i++) {
    const at = layout.headerBytes + i * layout.tableEntryBytes
    view.setUint32(at, sections[i]!.kind, true)
    view.setUint32(at + 4, sections[i]!.attribute, true)
    view.setFloat64(at + 8, offset, true)
    view.setFloat64(at + 16, sections[i]!.bytes.length, true)
    offset += layout.aligned(sections[i]!.bytes.length)
  }
  return bytes
}

function totalBytes(sections: readonly Section[]): number {
  let total = layout.headerBytes + sections.length * layout.tableEntryBytes + layout.trailerBytes
  for (const section of sections) total += layout.aligned(section.bytes.length)
  return total
}

function sectionsOf(parts: SnapshotParts): Section[] {
  if (!layout.isLittleEndian()) throw new MiningError('bad_snapshot', 'machine', 'little-endian', 'big-endian')
  const kinds = layout.sections
  const list: Section[] = [
    section(kinds.identityKey, 0, parts.identityKey),
    section(kinds.entitlementKey, 0, parts.entitlementKey),
    section(kinds.applicationKey, 0, parts.applicationKey),
    section(kinds.entitlementApplication, 0, parts.entitlementApplication),
    section(kinds.identityStatus, 0, parts.identityStatus),
    section(kinds.identityType, 0, parts.identityType),
  ]
  for (const [index, attribute] of parts.attributes.entries()) {
    const dictionary = encodeTexts(attribute.values)
    list.push(
      section(kinds.attributeName, index, new TextEncoder().encode(attribute.key)),
      ...valueSections(index, attribute),
      section(kinds.attributeValueOffset, index, dictionary.offset),
      section(kinds.attributeValueText, index, dictionary.text),
    )
  }
  list.push(section(kinds.rowOffset, 0, parts.rowOffset), section(kinds.rowEntitlement, 0, parts.rowEntitlement))
  if (parts.lastUsedDay !== undefined) list.push(section(kinds.lastUsedDay, 0, parts.lastUsedDay))
  if (parts.closure !== undefined) {
    list.push(
      section(kinds.closureGroup, 0, parts.closure.group),
      section(kinds.closureGroupRow, 0, parts.closure.groupRow),
      section(kinds.closureGivenOffset, 0, parts.closure.givenOffset),
      section(kinds.closureGivenEntitlement, 0, parts.closure.givenEntitlement),
    )
  }
  return list
}

function valueSections(index: number, { column, lists }: SnapshotAttribute): Section[] {
  const kinds = layout.sections
  if (lists === undefined) return [section(kinds.attributeColumn, index, column)]
  return [
    section(kinds.attributeListOffset, index, lists.offset),
    section(kinds.attributeListValue, index, lists.value),
  ]
}

function section(kind: number, attribute: number, array: Uint8Array | Uint16Array | Uint32Array | Int32Array): Section {
  return { kind, attribute, bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) }
}

function encodeTexts(values: readonly string[]): { offset: Uint32Array; text: Uint8Array } {
  const encoder = new TextEncoder()
  const offset = new Uint32Array(values.length + 1)
  let text = new Uint8Array(1024)
  let end = 0
  for (let i = 0; i < values.length; i++) {
    // A UTF-16 code unit takes at most three bytes in UTF-8.
    const needed = end + values[i]!.length * 3
    if (needed > text.length) {
      const larger = new Uint8Array(Math.max(needed, text.length * 2))
      larger.set(text)
      text = larger
    }
    end += encoder.encodeInto(values[i]!, text.subarray(end)).written
    offset[i + 1] = end
  }
  return { offset, text: text.subarray(0, end) }
}
