import type { DescEnum, DescMessage } from '@bufbuild/protobuf'

// What both writers of proto JSON go by: plain-writer.ts, from messages, and wire/wire-writer.ts, from their bytes.

/** Thrown instead of an answer where something is left to the library; one for all, since nobody sees it. */
export const unusual = new Error('not plain')

// Of protobuf-es's descriptors: how a field says whether it is there.
export const implicitPresence = 2
export const legacyRequired = 3

/** Whether the JSON of a message is anything but an object with its fields. */
export function hasJsonOfItsOwn({ typeName }: DescMessage): boolean {
  return typeName.startsWith('google.protobuf.') && typeName !== 'google.protobuf.Empty'
}

/** The JSON of an enum's values by number, of aliases that of the first; empty where numbers are written. */
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
