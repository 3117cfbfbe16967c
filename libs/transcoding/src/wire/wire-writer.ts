import { type DescField, type DescMessage, fromBinary, type JsonWriteOptions, toJson } from '@bufbuild/protobuf'
import { scalarOf } from '../message-fields.ts'
import { hasJsonOfItsOwn, implicitPresence, isNullWhenAbsent, legacyRequired, unusual } from '../proto-json.ts'
import { JsonBytes } from './json-bytes.ts'
import { close, listWriter, mapWriter, type ValuesWriter } from './json-collections.ts'
import { enumJson, type JsonValueWriter, lengthPrefixed, mapKey, scalarJson, timestampJson } from './json-values.ts'
import { structJson, valueJson } from './struct-json.ts'
import { WireCursor } from './wire-cursor.ts'
import type { BodyWriter, WrittenMessages } from './written-messages.ts'

/**
 * Writes a message's wire format as proto JSON. Undefined if only the library can do that, for example with unknown fields or
 * fields out of order.
 */
type WireWriter = (wire: Buffer) => Buffer | undefined

interface WireWriterOptions {
  /** The field whose value is the whole response, if it is not the message, and the JSON for when it is absent. */
  readonly only?: { readonly field: DescField; readonly absent: string } | undefined
  /** The cache of the JSON of items; none by default. */
  readonly cache?: WrittenMessages | undefined
}

/**
 * Compiles a writer that makes the bytes of `JSON.stringify(toJson(desc, fromBinary(desc, wire)))` from `wire` without a
 * message between: a proxy would spend most of its time on making that message. Only for the option `alwaysEmitImplicit`.
 */
export function wireWriter(
  desc: DescMessage,
  options: Partial<JsonWriteOptions>,
  { only, cache }: WireWriterOptions = {},
): WireWriter {
  if (options.alwaysEmitImplicit !== true) return () => undefined
  const compiler = new Compiler(options, cache)
  const writer = only === undefined ? compiler.message(desc) : singleField(compiler.field(only.field), only.absent)
  return (wire) => {
    const from = new WireCursor(wire)
    output.begin()
    cache?.begin()
    try {
      writer.writeBody(from, wire.length, output)
    } catch {
      return undefined // the library finds the same fault and throws its error
    }
    return output.copy()
  }
}

/** One buffer for all writers, because writing is synchronous. */
const output = new JsonBytes()

interface FieldWriter {
  readonly number: number
  /** The name with a comma before it: `,"name":`. */
  readonly name: Buffer
  /** The whole member for an absent field; undefined if the field must be present. */
  readonly absent: Buffer | undefined
  /** The bit of the oneof that the field belongs to, 0 for none. */
  readonly oneof: number
  readonly write: ValuesWriter
}

class MessageWriter implements BodyWriter, JsonValueWriter {
  readonly wireType = lengthPrefixed
  readonly zero = ''
  /** Ascending by number. Filled after the writer is made, because a message may contain messages of its own type. */
  readonly fields: FieldWriter[] = []
  private readonly absents = new Map<number, Buffer>()
  private readonly cache: WrittenMessages | undefined

  constructor(cache: WrittenMessages | undefined) {
    this.cache = cache
  }

  write(from: WireCursor, limit: number, to: JsonBytes): void {
    const end = from.lengthEnd(limit)
    if (this.cache === undefined) this.writeBody(from, end, to)
    else this.cache.write(this, from, end, to)
  }

  writeBody(from: WireCursor, end: number, to: JsonBytes): void {
    const { fields } = this
    const start = to.length
    let next = 0
    let oneofs = 0
    while (from.at < end) {
      const tag = from.varint()
      const number = tag >>> 3
      const before = next
      while (next < fields.length && fields[next]!.number < number) next++
      // The field is unknown, or follows itself or a field with a higher number.
      if (next === fields.length || fields[next]!.number !== number) throw unusual
      if (next > before) to.raw(this.absent(before, next))
      const field = fields[next++]!
      if ((oneofs & field.oneof) !== 0) throw unusual
      oneofs |= field.oneof
      to.raw(field.name)
      field.write(from, tag, end, to)
    }
    if (from.at !== end) throw unusual
    if (next < fields.length) to.raw(this.absent(next, fields.length))
    close('{', '}', start, to)
  }

  /** The JSON of the fields `first .. end` if all are absent. Cached, because the same few ranges occur again and again. */
  private absent(first: number, end: number): Buffer {
    const stretch = first * (this.fields.length + 1) + end
    const known = this.absents.get(stretch)
    if (known !== undefined) return known
    const members = this.fields.slice(first, end).map(({ absent }) => {
      if (absent === undefined) throw unusual
      return absent
    })
    const text = Buffer.concat(members)
    // Memory of its own, since it stays: a small buffer of Node's pool holds all of the pool's block.
    const made = Buffer.allocUnsafeSlow(text.length)
    text.copy(made)
    this.absents.set(stretch, made)
    return made
  }
}

function singleField(field: FieldWriter, absent: string): BodyWriter {
  return {
    writeBody(from, end, to) {
      if (field.oneof !== 0) throw unusual
      let isWritten = false
      while (from.at < end) {
        const tag = from.varint()
        if (tag >>> 3 !== field.number) from.skip(tag & 7, end)
        else if (isWritten) throw unusual
        else {
          field.write(from, tag, end, to)
          isWritten = true
        }
      }
      if (from.at !== end) throw unusual
      if (!isWritten) to.text(absent)
    },
  }
}

/** A list that is present without elements, which our encoders do not write, is also absent. */
function neverEmpty(write: ValuesWriter): ValuesWriter {
  return (from, tag, limit, to) => {
    const start = to.length
    write(from, tag, limit, to)
    if (to.length === start + '[]'.length) throw unusual
  }
}

const plainWellKnown: Readonly<Record<string, JsonValueWriter | undefined>> = {
  'google.protobuf.Timestamp': timestampJson,
  'google.protobuf.Struct': structJson,
  'google.protobuf.Value': valueJson,
}

/** The bits of a number that are used for oneofs. */
const mostOneofs = 31

class Compiler {
  private readonly options: Partial<JsonWriteOptions>
  private readonly cache: WrittenMessages | undefined
  private readonly compiled = new Map<DescMessage, MessageWriter>()

  constructor(options: Partial<JsonWriteOptions>, cache: WrittenMessages | undefined) {
    this.options = options
    this.cache = cache
  }

  message(desc: DescMessage): MessageWriter {
    const known = this.compiled.get(desc)
    if (known !== undefined) return known
    const writer = new MessageWriter(this.cache)
    this.compiled.set(desc, writer)
    for (const field of desc.fields.toSorted((one, other) => one.number - other.number)) {
      writer.fields.push(this.field(field))
    }
    return writer
  }

  field(field: DescField): FieldWriter {
    const name = `,${JSON.stringify(this.options.useProtoFieldName === true ? field.name : field.jsonName)}:`
    const value = this.value(field)
    const about = {
      number: field.number,
      name: Buffer.from(name),
      oneof: field.oneof === undefined ? 0 : 1 << Math.min(mostOneofs - 1, field.parent.oneofs.indexOf(field.oneof)),
    }
    const isNull = isNullWhenAbsent(field)
    if (field.fieldKind === 'list') {
      const write = listWriter(value)
      return {
        ...about,
        absent: Buffer.from(`${name}${isNull ? 'null' : '[]'}`),
        write: isNull ? neverEmpty(write) : write,
      }
    }
    if (field.fieldKind === 'map') {
      const absent = Buffer.from(`${name}${isNull ? 'null' : '{}'}`)
      return { ...about, absent, write: mapWriter(mapKey(field.mapKey), value) }
    }
    const absent = isNull ? `${name}null` : field.presence === implicitPresence ? name + value.zero : ''
    return {
      ...about,
      absent: field.presence === legacyRequired ? undefined : Buffer.from(absent),
      write(from, tag, limit, to) {
        if ((tag & 7) !== value.wireType) throw unusual
        value.write(from, limit, to)
      },
    }
  }

  /** The writer of a single value, or of each value of a list or map. */
  private value(field: DescField): JsonValueWriter {
    if (field.enum !== undefined) {
      return field.enum.typeName === 'google.protobuf.NullValue'
        ? nothingPlain
        : enumJson(field.enum, this.options.enumAsInteger === true)
    }
    if (field.message === undefined) return scalarJson(scalarOf(field))
    const known = plainWellKnown[field.message.typeName]
    if (known !== undefined) return known
    return hasJsonOfItsOwn(field.message) ? this.byLibrary(field.message) : this.message(field.message)
  }

  private byLibrary(desc: DescMessage): JsonValueWriter {
    return {
      wireType: lengthPrefixed,
      zero: '',
      write: (from, limit, to) => {
        const end = from.lengthEnd(limit)
        to.text(JSON.stringify(toJson(desc, fromBinary(desc, from.bytes.subarray(from.at, end)), this.options)))
        from.at = end
      },
    }
  }
}

const nothingPlain: JsonValueWriter = {
  wireType: 0,
  zero: 'null',
  write() {
    throw unusual
  },
}
