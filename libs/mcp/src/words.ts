import type { DescEnum } from '@bufbuild/protobuf'
import type { Timestamp } from '@bufbuild/protobuf/wkt'
import { timestampDate } from '@bufbuild/protobuf/wkt'
import { z } from 'zod'

/** The words for the values of an enum, without the unspecified one: `potential_role`. */
export function wordsOf(desc: DescEnum): readonly [string, ...string[]] {
  const [first, ...others] = desc.values
    .filter(({ number }) => number !== 0)
    .map(({ localName }) => localName.toLowerCase())
  if (first === undefined) throw new Error(`${desc.typeName} has no values`)
  return [first, ...others]
}

/** The word for a value; `unspecified` for an unknown one. */
export function wordOf(desc: DescEnum, value: number): string {
  return desc.value[value]?.localName.toLowerCase() ?? 'unspecified'
}

/** The value of one of `wordsOf`. */
export function numberOf(desc: DescEnum, word: string): number {
  return desc.values.find(({ localName }) => localName.toLowerCase() === word)?.number ?? 0
}

/** One of the words of an enum, as an argument. */
export function oneOf(desc: DescEnum) {
  return z.enum([...wordsOf(desc)])
}

/** `2026-01-31T08:00:00.000Z` */
export function timeOf(time: Timestamp | undefined): string | undefined {
  return time && timestampDate(time).toISOString()
}
