import { ScalarType } from '@bufbuild/protobuf'
import { floatText, unusual } from '../proto-json.ts'
import type { JsonBytes } from './json-bytes.ts'
import { listWriter, mapWriter, type ValuesWriter } from './json-collections.ts'
import { type JsonValueWriter, lengthPrefixed, mapKey, scalarJson } from './json-values.ts'
import type { WireCursor } from './wire-cursor.ts'

// Writes google.protobuf.Struct and Value from their bytes. The library would be too slow for a page whose items all have
// free-form members.

const string = scalarJson(ScalarType.STRING)
const bool = scalarJson(ScalarType.BOOL)

/** The tag of field 1 with a length. */
const firstField = 0x0a

/** A Value with exactly one of its six kinds. */
export const valueJson: JsonValueWriter = {
  wireType: lengthPrefixed,
  zero: '',
  write(from, limit, to) {
    const end = from.lengthEnd(limit)
    const tag = from.varint()
    switch (tag) {
      case 0x08:
        if (from.varint() !== 0) throw unusual
        to.ascii('null')
        break
      case 0x11:
        writeNumber(from, to)
        break
      case 0x1a:
        string.write(from, end, to)
        break
      case 0x20:
        bool.write(from, end, to)
        break
      case 0x2a:
        writeMembers(from, end, to, writeFields, '{}')
        break
      case 0x32:
        writeMembers(from, end, to, writeValues, '[]')
        break
      default:
        throw unusual
    }
    if (from.at !== end) throw unusual
  },
}

export const structJson: JsonValueWriter = {
  wireType: lengthPrefixed,
  zero: '',
  write: (from, limit, to) => writeMembers(from, limit, to, writeFields, '{}'),
}

const writeFields = mapWriter(mapKey(ScalarType.STRING), valueJson)
const writeValues = listWriter(valueJson)

/** Writes a message whose only field is a list or map. */
function writeMembers(from: WireCursor, limit: number, to: JsonBytes, write: ValuesWriter, empty: string): void {
  const end = from.lengthEnd(limit)
  if (from.at === end) {
    to.ascii(empty)
    return
  }
  if (from.varint() !== firstField) throw unusual
  write(from, firstField, end, to)
  if (from.at !== end) throw unusual
}

/** Numbers that are not finite have no JSON; the library throws the error. */
function writeNumber(from: WireCursor, to: JsonBytes): void {
  const value = from.bytes.readDoubleLE(from.fixed(8))
  if (!Number.isFinite(value)) throw unusual
  to.ascii(floatText(value))
}
