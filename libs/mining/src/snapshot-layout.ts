/**
 * The bytes of a snapshot, all little-endian, every section on a 16-byte boundary:
 *
 *   header (64 bytes)      magic, version, counts, section count, total bytes
 *   section table          32 bytes a section: kind u32, attribute u32, offset f64, bytes f64, zero f64
 *   sections               typed arrays as they lie in memory, zero padded
 *   trailer (16 bytes)     xxHash32 of all bytes before it, u32, then zeros
 *
 * Lengths are doubles, exact up to 2^53, since a snapshot may pass 4 GiB. Readers skip section kinds they do not know,
 * so a new optional section needs no new version; a changed meaning does.
 */
export const magic = 'ASSAYSNP'
export const version = 2
export const headerBytes = 64
export const tableEntryBytes = 32
export const trailerBytes = 16
export const alignment = 16

/** Byte positions in the header. */
export const header = {
  magic: 0,
  version: 8,
  sectionCount: 12,
  identityCount: 16,
  entitlementCount: 20,
  applicationCount: 24,
  attributeCount: 28,
  grantCount: 32,
  totalBytes: 40,
} as const

/** Section kinds; the numbers are part of the format and are never reused. */
export const sections = {
  identityKey: 1,
  entitlementKey: 2,
  applicationKey: 3,
  entitlementApplication: 4,
  rowOffset: 5,
  rowEntitlement: 6,
  lastUsedDay: 7,
  identityStatus: 8,
  identityType: 9,
  attributeName: 10,
  attributeColumn: 11,
  attributeValueOffset: 12,
  attributeValueText: 13,
  /** Instead of a column, where the attribute is a list. */
  attributeListOffset: 14,
  attributeListValue: 15,
  closureGroup: 20,
  closureGroupRow: 21,
  closureGivenOffset: 22,
  closureGivenEntitlement: 23,
} as const

export function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment
}

/** The layout is the memory layout of typed arrays, so it is only right on a little-endian machine. */
export function isLittleEndian(): boolean {
  return new Uint8Array(new Uint32Array([1]).buffer)[0] === 1
}
