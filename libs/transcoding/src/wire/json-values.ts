import { type DescEnum, ScalarType } from '@bufbuild/protobuf'
import { enumTexts, floatText, unusual } from '../proto-json.ts'
import type { JsonBytes } from './json-bytes.ts'
import type { WireCursor } from './wire-cursor.ts'

/** Reads one value of a type from the wire format and writes its JSON. */
export interface JsonValueWriter {
  readonly wireType: number
  /** Reads one value and writes it as JSON. `limit` is the end of the message that contains it. */
  write(from: WireCursor, limit: number, to: JsonBytes): void
  /** The JSON of an absent field without presence. */
  readonly zero: string
}

const varint = 0
const eightBytes = 1
export const lengthPrefixed = 2
const fourBytes = 5

export function enumJson(desc: DescEnum, asInteger: boolean): JsonValueWriter {
  const texts = enumTexts(desc, asInteger)
  const textOf = (number: number): string => {
    const text = texts.get(number)
    if (text === undefined && !desc.open && !asInteger) throw unusual // the library treats it as an unknown field
    return text ?? String(number)
  }
  return {
    wireType: varint,
    zero: textOf(desc.values[0]!.number),
    write(from, _, to) {
      to.ascii(textOf(from.varint() | 0))
    },
  }
}

export function scalarJson(scalar: ScalarType): JsonValueWriter {
  switch (scalar) {
    case ScalarType.STRING:
      return {
        wireType: lengthPrefixed,
        zero: '""',
        write(from, limit, to) {
          const end = from.lengthEnd(limit)
          to.string(from.bytes, from.at, end)
          from.at = end
        },
      }
    case ScalarType.BYTES:
      return {
        wireType: lengthPrefixed,
        zero: '""',
        write(from, limit, to) {
          const end = from.lengthEnd(limit)
          to.ascii(`"${from.bytes.toString('base64', from.at, end)}"`)
          from.at = end
        },
      }
    case ScalarType.BOOL:
      return ofVarint('false', (from) => ((from.varint() | from.high) === 0 ? 'false' : 'true'))
    case ScalarType.INT32:
      return ofVarint('0', (from) => String(from.varint() | 0))
    case ScalarType.UINT32:
      return ofVarint('0', (from) => String(from.varint()))
    case ScalarType.SINT32:
      return ofVarint('0', (from) => String(zigzag(from.varint())))
    case ScalarType.INT64:
      return ofVarint('"0"', (from) => `"${BigInt.asIntN(64, whole(from.varint(), from.high))}"`)
    case ScalarType.UINT64:
      return ofVarint('"0"', (from) => `"${whole(from.varint(), from.high)}"`)
    case ScalarType.SINT64:
      return ofVarint('"0"', (from) => {
        const coded = whole(from.varint(), from.high)
        return `"${(coded & 1n) === 0n ? coded >> 1n : -(coded >> 1n) - 1n}"`
      })
    case ScalarType.FIXED32:
      return ofBytes(4, '0', (bytes, at) => String(bytes.readUInt32LE(at)))
    case ScalarType.SFIXED32:
      return ofBytes(4, '0', (bytes, at) => String(bytes.readInt32LE(at)))
    case ScalarType.FIXED64:
      return ofBytes(8, '"0"', (bytes, at) => `"${bytes.readBigUInt64LE(at)}"`)
    case ScalarType.SFIXED64:
      return ofBytes(8, '"0"', (bytes, at) => `"${bytes.readBigInt64LE(at)}"`)
    case ScalarType.FLOAT:
      return ofBytes(4, '0', (bytes, at) => floatText(bytes.readFloatLE(at)))
    case ScalarType.DOUBLE:
      return ofBytes(8, '0', (bytes, at) => floatText(bytes.readDoubleLE(at)))
  }
}

function ofVarint(zero: string, textOf: (from: WireCursor) => string): JsonValueWriter {
  return { wireType: varint, zero, write: (from, _, to) => to.ascii(textOf(from)) }
}

function ofBytes(size: 4 | 8, zero: string, textOf: (bytes: Buffer, at: number) => string): JsonValueWriter {
  return {
    wireType: size === 4 ? fourBytes : eightBytes,
    zero,
    write: (from, _, to) => to.ascii(textOf(from.bytes, from.fixed(size))),
  }
}

function zigzag(coded: number): number {
  return (coded >>> 1) ^ -(coded & 1)
}

function whole(low: number, high: number): bigint {
  return high === 0 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low)
}

/** google.protobuf.Timestamp as RFC 3339, with three, six or nine digits for a fraction of a second, or none. */
export const timestampJson: JsonValueWriter = {
  wireType: lengthPrefixed,
  zero: '"1970-01-01T00:00:00Z"',
  write(from, limit, to) {
    const end = from.lengthEnd(limit)
    let seconds = 0
    let nanos = 0
    if (from.at < end && from.bytes[from.at] === 0x08) {
      from.at++
      const low = from.varint()
      seconds = (from.high | 0) * 2 ** 32 + low
    }
    if (from.at < end && from.bytes[from.at] === 0x10) {
      from.at++
      nanos = from.varint() | 0
    }
    if (from.at !== end || nanos < 0 || nanos > 999_999_999 || seconds < firstSecond || seconds > lastSecond)
      throw unusual
    to.ascii(`"${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction(nanos)}Z"`)
  },
}

const firstSecond = Date.parse('0001-01-01T00:00:00Z') / 1000
const lastSecond = Date.parse('9999-12-31T23:59:59Z') / 1000

function fraction(nanos: number): string {
  if (nanos === 0) return ''
  const digits = String(nanos).padStart(9, '0')
  if (digits.endsWith('000000')) return `.${digits.slice(0, 3)}`
  return `.${digits.endsWith('000') ? digits.slice(0, 6) : digits}`
}

/** The key of a map: a member name of the object. */
export interface MapKey {
  readonly tag: number
  read(from: WireCursor, limit: number): string
}

/** The reader of a map's keys; undefined for key types that are rarely used, which the library writes. */
export function mapKey(scalar: ScalarType): MapKey | undefined {
  switch (scalar) {
    case ScalarType.STRING:
      return { tag: 0x0a, read: stringKey }
    case ScalarType.INT32:
      return { tag: 0x08, read: (from) => String(from.varint() | 0) }
    case ScalarType.UINT32:
      return { tag: 0x08, read: (from) => String(from.varint()) }
    default:
      return undefined
  }
}

function stringKey(from: WireCursor, limit: number): string {
  const end = from.lengthEnd(limit)
  const key = from.bytes.toString('utf8', from.at, end)
  // Bytes that are not UTF-8 are decoded to a replacement character.
  if (key === '__proto__' || key.includes('\ufffd')) throw unusual
  from.at = end
  return key
}
