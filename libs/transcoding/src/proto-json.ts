import { type DescEnum, type DescField, type DescMessage, getOption, hasOption } from '@bufbuild/protobuf'
import { Absence, absent, absent_members } from './generated/assay/transcoding/v1/annotations_pb.js'

// Shared by both writers of proto JSON: plain-writer.ts, from messages, and wire/wire-writer.ts, from their bytes.

/** Thrown to leave a value to the library. One object for all, because it is always caught here. */
export const unusual = new Error('not plain')

// Values of `presence` in protobuf-es's descriptors.
export const implicitPresence = 2
export const legacyRequired = 3

/** Whether the JSON of a message has a special form, not an object with its fields. */
export function hasJsonOfItsOwn({ typeName }: DescMessage): boolean {
  return typeName.startsWith('google.protobuf.') && typeName !== 'google.protobuf.Empty'
}

/** The JSON of an enum's values by number; of aliases the first. Empty if enums are written as numbers. */
export function enumTexts(desc: DescEnum, asInteger: boolean): ReadonlyMap<unknown, string> {
  const texts = new Map<unknown, string>()
  for (const { number, jsonName } of asInteger ? [] : desc.values.toReversed()) {
    if (jsonName !== undefined) texts.set(number, JSON.stringify(jsonName))
  }
  return texts
}

export function floatText(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`
}

const nullsWhenAbsent = new WeakMap<DescField, boolean>()

/** Whether JSON has null for an absent field. */
export function isNullWhenAbsent(field: DescField): boolean {
  let isNull = nullsWhenAbsent.get(field)
  if (isNull === undefined) {
    isNull = readNullWhenAbsent(field)
    nullsWhenAbsent.set(field, isNull)
  }
  return isNull
}

function readNullWhenAbsent(field: DescField): boolean {
  // `getOption` makes a message even for a default, and the writers of all services come here for each of their fields.
  const own = hasOption(field, absent) ? getOption(field, absent) : Absence.UNSPECIFIED
  if (own !== Absence.UNSPECIFIED) return own === Absence.NULL
  const isSingular = field.fieldKind !== 'list' && field.fieldKind !== 'map'
  if (!isSingular || field.oneof !== undefined || field.presence === implicitPresence) return false
  return hasOption(field.parent, absent_members) && getOption(field.parent, absent_members) === Absence.NULL
}

const holdsNulls = new WeakMap<DescMessage, boolean>()

/** Whether the JSON of a message can contain null for an absent field, at any depth. */
export function mayHoldNulls(desc: DescMessage): boolean {
  const known = holdsNulls.get(desc)
  if (known !== undefined) return known
  const messages = new Set([desc])
  for (const { fields } of messages) for (const { message } of fields) if (message !== undefined) messages.add(message)
  const holds = [...messages].some(({ fields }) => fields.some(isNullWhenAbsent))
  holdsNulls.set(desc, holds)
  return holds
}
