import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import type { Members, Value } from '../value.ts'

/** How a field of a message is read. A name for several values is a list. */
interface Field {
  readonly name: string
  readonly kind: 'text' | 'flag' | 'message' | 'names' | 'struct' | 'any' | 'keys' | 'time'
  readonly message?: Fields
  readonly names?: readonly string[]
  readonly isList?: boolean
}

type Fields = Readonly<Record<number, Field>>

/** Messages are nested: a record of a connector is not deeper than this. */
const deepest = 50

const text = (name: string): Field => ({ name, kind: 'text' })
const texts = (name: string): Field => ({ name, kind: 'text', isList: true })
const message = (name: string, fields: Fields): Field => ({ name, kind: 'message', message: fields })
const names = (name: string, words: readonly string[]): Field => ({ name, kind: 'names', names: words })

const traits = ['', 'user', 'group', 'role', 'app', 'secret', '', '', '', '', '', 'agent']
const statuses = ['', 'enabled', 'disabled', 'deleted', 'pending']

// The messages of c1.connector.v2 by the numbers of their fields, as far as they are about access.
const resourceId: Fields = { 1: text('resourceType'), 2: text('resource') }
const status: Fields = { 1: names('status', statuses), 2: text('details') }
const userTrait: Fields = {
  1: { ...message('emails', { 1: text('address'), 2: { name: 'isPrimary', kind: 'flag' } }), isList: true },
  2: message('status', status),
  3: { name: 'profile', kind: 'struct' },
  5: names('accountType', ['', 'human', 'service', 'system']),
  6: text('login'),
  7: texts('loginAliases'),
  9: { name: 'lastLogin', kind: 'time' },
  12: message('name', { 1: text('familyName'), 2: texts('givenNames') }),
  13: texts('employeeIds'),
}
const grantExpandable: Fields = {
  1: texts('entitlementIds'),
  2: { name: 'shallow', kind: 'flag' },
  3: texts('resourceTypeIds'),
}
const annotations: Field = { name: 'annotations', kind: 'any', isList: true }
const resource: Fields = {
  1: message('id', resourceId),
  2: message('parent', resourceId),
  3: text('displayName'),
  4: annotations,
  5: text('description'),
  9: { name: 'profile', kind: 'struct' },
  11: message('status', status),
}
const entitlement: Fields = {
  1: message('resource', resource),
  2: text('id'),
  3: text('displayName'),
  4: text('description'),
  7: names('purpose', ['', 'assignment', 'permission', 'ownership']),
  8: text('slug'),
}
const messages = {
  resourceType: {
    1: text('id'),
    2: text('displayName'),
    3: { ...names('traits', traits), isList: true },
    5: text('description'),
  },
  resource,
  entitlement,
  grant: {
    1: message('entitlement', entitlement),
    2: message('principal', resource),
    3: text('id'),
    4: annotations,
    5: message('sources', { 1: { name: 'sources', kind: 'keys', isList: true } }),
  },
  grantExpandable,
} satisfies Readonly<Record<string, Fields>>

/** Annotations about access; the others are left out. */
const known: Readonly<Record<string, { readonly name: string; readonly fields: Fields }>> = {
  'c1.connector.v2.UserTrait': { name: 'user', fields: userTrait },
  'c1.connector.v2.GrantExpandable': { name: 'expandable', fields: grantExpandable },
}

/** A record of a connector as members. @throws Error when the bytes are not such a message */
export function connectorMessage(kind: keyof typeof messages, bytes: Uint8Array): Members {
  return decode(bytes, messages[kind], 0)
}

function decode(bytes: Uint8Array, fields: Fields, depth: number): Members {
  if (depth > deepest) throw new Error(`messages are nested deeper than ${deepest}`)
  const members: Record<string, Value> = Object.create(null)
  const lists = new Map<string, Value[]>()
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag()
    const field = fields[number]
    if (field === undefined) {
      reader.skip(wire, number)
      continue
    }
    for (const value of valuesOf(reader, wire, number, field, depth)) {
      if (!field.isList) members[field.name] = value
      else if (lists.get(field.name)?.push(value) === undefined) {
        const list = [value]
        lists.set(field.name, list)
        members[field.name] = list
      }
    }
  }
  return members
}

function* valuesOf(
  reader: BinaryReader,
  wire: WireType,
  number: number,
  { kind, message: fields = {}, names: words = [] }: Field,
  depth: number,
): Generator<Value, void, undefined> {
  if (kind === 'flag' || kind === 'names') {
    const word = (value: number) => (kind === 'flag' ? String(value !== 0) : (words[value] ?? ''))
    if (wire === WireType.Varint) yield word(Number(reader.uint64()))
    else if (wire === WireType.LengthDelimited) {
      const packed = new BinaryReader(reader.bytes())
      while (packed.pos < packed.len) yield word(Number(packed.uint64()))
    } else reader.skip(wire, number)
    return
  }
  if (wire !== WireType.LengthDelimited) {
    reader.skip(wire, number)
    return
  }
  switch (kind) {
    case 'text':
      yield reader.string()
      return
    case 'message':
      yield decode(reader.bytes(), fields, depth + 1)
      return
    case 'keys':
      yield decode(reader.bytes(), { 1: text('key') }, depth + 1).key
      return
    case 'time':
      yield timeText(reader.bytes())
      return
    case 'struct':
      yield struct(reader.bytes(), depth + 1)
      return
    case 'any':
      yield* annotation(reader.bytes(), depth + 1)
  }
}

function* annotation(bytes: Uint8Array, depth: number): Generator<Value, void, undefined> {
  const reader = new BinaryReader(bytes)
  let type = ''
  let value: Uint8Array = new Uint8Array(0)
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag()
    if (number === 1 && wire === WireType.LengthDelimited) type = reader.string()
    else if (number === 2 && wire === WireType.LengthDelimited) value = reader.bytes()
    else reader.skip(wire, number)
  }
  const found = known[type.slice(type.lastIndexOf('/') + 1)]
  if (found !== undefined) yield { [found.name]: decode(value, found.fields, depth) }
}

/** google.protobuf.Struct: a profile, with every value as text. */
function struct(bytes: Uint8Array, depth: number): Members {
  const members: Record<string, Value> = Object.create(null)
  for (const entry of messagesIn(bytes, 1)) {
    const key = decode(entry, { 1: text('key') }, depth).key
    if (typeof key !== 'string') continue
    for (const value of messagesIn(entry, 2)) members[key] = structValue(value, depth + 1)
  }
  return members
}

function structValue(bytes: Uint8Array, depth: number): Value {
  if (depth > deepest) throw new Error(`values are nested deeper than ${deepest}`)
  const reader = new BinaryReader(bytes)
  let value: Value
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag()
    if (number === 2 && wire === WireType.Bit64) value = String(reader.double())
    else if (number === 3 && wire === WireType.LengthDelimited) value = reader.string()
    else if (number === 4 && wire === WireType.Varint) value = String(reader.bool())
    else if (number === 5 && wire === WireType.LengthDelimited) value = struct(reader.bytes(), depth + 1)
    else if (number === 6 && wire === WireType.LengthDelimited) {
      value = messagesIn(reader.bytes(), 1).map((each) => structValue(each, depth + 1))
    } else reader.skip(wire, number)
  }
  return value
}

function messagesIn(bytes: Uint8Array, wanted: number): Uint8Array[] {
  const found: Uint8Array[] = []
  const reader = new BinaryReader(bytes)
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag()
    if (number === wanted && wire === WireType.LengthDelimited) found.push(reader.bytes())
    else reader.skip(wire, number)
  }
  return found
}

/** google.protobuf.Timestamp, to the second. */
function timeText(bytes: Uint8Array): string {
  const reader = new BinaryReader(bytes)
  let seconds = 0
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag()
    if (number === 1 && wire === WireType.Varint) seconds = Number(reader.int64())
    else reader.skip(wire, number)
  }
  const time = new Date(seconds * 1000)
  return Number.isNaN(time.getTime()) ? '' : `${time.toISOString().slice(0, 19)}Z`
}
