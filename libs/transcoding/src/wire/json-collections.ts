import { unusual } from '../proto-json.ts'
import type { JsonBytes } from './json-bytes.ts'
import { type JsonValueWriter, lengthPrefixed, type MapKey } from './json-values.ts'
import type { WireCursor } from './wire-cursor.ts'

/** Writes the value after `tag`. For a list or map it writes all values, as long as the same tag follows. */
export type ValuesWriter = (from: WireCursor, tag: number, limit: number, to: JsonBytes) => void

const comma = 0x2c
const colon = 0x3a

/** Replaces the first comma by the opening bracket, and writes the closing one. */
export function close(opening: string, closing: string, start: number, to: JsonBytes): void {
  if (to.length === start) to.byte(opening.charCodeAt(0))
  else to.patch(start, opening.charCodeAt(0))
  to.byte(closing.charCodeAt(0))
}

export function listWriter(value: JsonValueWriter): ValuesWriter {
  return (from, tag, limit, to) => {
    const start = to.length
    if ((tag & 7) === value.wireType) {
      do {
        to.byte(comma)
        value.write(from, limit, to)
      } while (follows(tag, from, limit))
    } else if ((tag & 7) === lengthPrefixed) {
      const end = from.lengthEnd(limit)
      while (from.at < end) {
        to.byte(comma)
        value.write(from, end, to)
      }
      if (from.at !== end) throw unusual
    } else {
      throw unusual
    }
    close('[', ']', start, to)
  }
}

/** Whether the same tag follows; if so, it is read. */
function follows(tag: number, from: WireCursor, limit: number): boolean {
  const { at } = from
  if (at < limit && from.varint() === tag) return true
  from.at = at
  return false
}

export function mapWriter(key: MapKey | undefined, value: JsonValueWriter): ValuesWriter {
  return (from, tag, limit, to) => {
    if ((tag & 7) !== lengthPrefixed || key === undefined) throw unusual
    // The last value of a key counts, and keys are in the order of an object's members, as if the message had been made.
    const places: Record<string, number> = {}
    do {
      const end = from.lengthEnd(limit)
      if (from.varint() !== key.tag) throw unusual
      const name = key.read(from, end)
      if (from.varint() !== (0x10 | value.wireType)) throw unusual
      places[name] = from.at
      from.skip(value.wireType, end)
      if (from.at !== end) throw unusual
    } while (follows(tag, from, limit))
    const behind = from.at
    const start = to.length
    for (const name of Object.keys(places)) {
      to.byte(comma)
      to.text(JSON.stringify(name))
      to.byte(colon)
      from.at = places[name]!
      value.write(from, limit, to)
    }
    from.at = behind
    close('{', '}', start, to)
  }
}
