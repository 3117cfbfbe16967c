/**
 * The parts of a zip file that is written as a stream: the sizes and the checksum of a file follow its content. Files or
 * archives of 4 GiB and more have the larger fields of ZIP64. Source: PKWARE, APPNOTE 6.3.10, section 4.3.
 */

/** A file of an archive, after all of it was written. */
export interface ZippedFile {
  /** ASCII. */
  readonly name: string
  readonly modifiedAt: Date
  /** CRC-32 of the content. */
  readonly crc: number
  readonly packedBytes: number
  readonly contentBytes: number
  /** The position of its header in the archive. */
  readonly offset: number
}

const largest32 = 0xffff_ffff
const version20 = 20
/** The version that a reader needs for ZIP64. */
const version45 = 45
const deflated = 8
/** Sizes follow the content; names are UTF-8. */
const flags = 0x0808
/** Made by a Unix system; a plain file that everybody may read. */
const madeBy = (3 << 8) | version45
const plainFile = 0o100644 * 2 ** 16

/** The header before the content of a file. */
export function fileHeader(name: string, modifiedAt: Date): Buffer {
  const { date, time } = dosTime(modifiedAt)
  return new Fields(30 + name.length)
    .uint32(0x04034b50)
    .uint16(version20, flags, deflated, time, date)
    .uint32(0, 0, 0)
    .uint16(name.length, 0)
    .text(name).bytes
}

/** The data after the content of a file. */
export function fileTrailer(file: ZippedFile): Buffer {
  const fields = new Fields(isLarge(file) ? 24 : 16).uint32(0x08074b50, file.crc)
  return isLarge(file)
    ? fields.uint64(file.packedBytes, file.contentBytes).bytes
    : fields.uint32(file.packedBytes, file.contentBytes).bytes
}

/** The table of contents, which ends the archive. `offset` is its position. */
export function directory(files: readonly ZippedFile[], offset: number): Buffer {
  const entries = Buffer.concat(files.map(directoryEntry))
  const isLargeArchive = offset + entries.length >= largest32
  const count = isLargeArchive ? 0xffff : files.length
  const end = new Fields(22)
    .uint32(0x06054b50)
    .uint16(0, 0, count, count)
    .uint32(isLargeArchive ? largest32 : entries.length, isLargeArchive ? largest32 : offset)
    .uint16(0)
  return Buffer.concat([
    entries,
    ...(isLargeArchive ? [largeEnd(files.length, entries.length, offset)] : []),
    end.bytes,
  ])
}

function directoryEntry(file: ZippedFile): Buffer {
  const { name, crc, packedBytes, contentBytes, offset } = file
  const { date, time } = dosTime(file.modifiedAt)
  const hasLargeFields = isLarge(file) || offset >= largest32
  const in32 = (value: number) => (hasLargeFields ? largest32 : value)
  const fields = new Fields(46 + name.length + (hasLargeFields ? 28 : 0))
    .uint32(0x02014b50)
    .uint16(madeBy, hasLargeFields ? version45 : version20, flags, deflated, time, date)
    .uint32(crc, in32(packedBytes), in32(contentBytes))
    .uint16(name.length, hasLargeFields ? 28 : 0, 0, 0, 0)
    .uint32(plainFile, in32(offset))
    .text(name)
  if (hasLargeFields) fields.uint16(1, 24).uint64(contentBytes, packedBytes, offset)
  return fields.bytes
}

/** The end record with large fields, and the record of its position. */
function largeEnd(count: number, length: number, offset: number): Buffer {
  return new Fields(76)
    .uint32(0x06064b50)
    .uint64(44)
    .uint16(madeBy, version45)
    .uint32(0, 0)
    .uint64(count, count, length, offset)
    .uint32(0x07064b50, 0)
    .uint64(offset + length)
    .uint32(1).bytes
}

function isLarge({ packedBytes, contentBytes }: ZippedFile): boolean {
  return packedBytes >= largest32 || contentBytes >= largest32
}

/** The time in MS-DOS form: years from 1980 to 2107, in steps of two seconds, always in UTC. */
function dosTime(at: Date): { readonly date: number; readonly time: number } {
  const year = Math.min(127, Math.max(0, at.getUTCFullYear() - 1980))
  return {
    date: (year << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  }
}

/** Writes numbers one after another, in little-endian order. */
class Fields {
  readonly bytes: Buffer
  #at = 0

  constructor(length: number) {
    this.bytes = Buffer.alloc(length)
  }

  uint16(...values: readonly number[]): this {
    for (const value of values) this.#at = this.bytes.writeUInt16LE(value, this.#at)
    return this
  }

  uint32(...values: readonly number[]): this {
    for (const value of values) this.#at = this.bytes.writeUInt32LE(value, this.#at)
    return this
  }

  uint64(...values: readonly number[]): this {
    for (const value of values) this.#at = this.bytes.writeBigUInt64LE(BigInt(value), this.#at)
    return this
  }

  text(ascii: string): this {
    this.#at += this.bytes.write(ascii, this.#at, 'latin1')
    return this
  }
}
