import { eachValue } from './attribute-lists.ts'
import type { SnapshotAttribute } from './snapshot.ts'

/** Placeholder words that carry no information, in lower case and without surrounding punctuation. */
const placeholders = new Set(
  ['', 'n/a', 'na', 'n.a', 'none', 'null', 'nil', 'undefined', 'unknown', 'not applicable', 'not available'].concat([
    'not assigned',
    'not specified',
    'not set',
    'unassigned',
    'unspecified',
    'no value',
    'blank',
    'empty',
    'tbd',
    'tba',
  ]),
)

/** Whether a value means "no value": blank, only punctuation ("-", "--", "?"), or a word such as "N/A". */
export function isPlaceholder(value: string): boolean {
  const bare = value.toLowerCase().replace(/^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu, '')
  return placeholders.has(bare.replace(/\s+/g, ' '))
}

/** The form in which values are compared: without surrounding white space, in lower case. */
export function foldedValue(value: string): string {
  return value.trim().toLowerCase()
}

/** `2026-01-31`, `2026/1/31`, `31.1.2026`, `1/31/2026` or `31-JAN-2026`, also with a time behind it. */
const dayForms = [
  /^(?<year>\d{4})(?<mark>[-./])(?<one>\d{1,2})\k<mark>(?<other>\d{1,2})([ t]\d{1,2}:\d{2}.*)?$/i,
  /^(?<one>\d{1,2})(?<mark>[-./])(?<other>\d{1,2}|[a-z]{3})\k<mark>(?<year>\d{4})([ t]\d{1,2}:\d{2}.*)?$/i,
]

/** The first letters of the months in the languages in which headers are known. */
const months =
  /^(jan|ene|gen|feb|fev|mar|mrz|mrt|apr|abr|avr|may|mai|mag|mei|jun|giu|jul|lug|aug|ago|sep|set|oct|okt|out|ott|nov|dec|dez|dic)$/i

/** Codes such as 12-34-5678 and 01-FIN-2026 have the form of a day, but name no month. */
function isDay(text: string): boolean {
  const { year = '', one = '', other = '' } = dayForms.map((form) => form.exec(text)).find(Boolean)?.groups ?? {}
  const [first, second] = [Number(one), months.test(other) ? 1 : Number(other)]
  const isDate = Math.min(first, second) >= 1 && Math.min(first, second) <= 12 && Math.max(first, second) <= 31
  return isDate && (/^(19|20|21)/.test(year) || year === '9999')
}

/**
 * Whether all values are days, such as a first or a last day of work. Their people have only this day in common: it describes no group
 * that lasts. A list of derived tenures has words instead.
 */
export function holdsOnlyDays({ values, lists }: Pick<SnapshotAttribute, 'values' | 'lists'>): boolean {
  if (lists !== undefined) return false
  let hasDay = false
  for (const value of values) {
    if (isDay(value.trim())) hasDay = true
    else if (!isPlaceholder(value)) return false
  }
  return hasDay
}

/** An attribute after its values are folded and its placeholders are removed. */
export interface CleanValues {
  /** The clean value ordinal of each raw value, -1 for placeholders. */
  readonly remap: Int32Array
  /**
   * The spellings of clean value `v`, as raw ordinals: `spelling` from `spellingOffset` at `v` up to `v + 1`, the most common first. No
   * two spellings are equal when they are trimmed. Each spelling is in use, unless no spelling of the value is.
   */
  readonly spellingOffset: Uint32Array
  readonly spelling: Uint32Array
}

/** Merges values that differ only in case or in surrounding white space, and removes placeholders. */
export function cleanValues(
  attribute: SnapshotAttribute,
  identities: Uint32Array = everyIdentity(attribute),
): CleanValues {
  const { values, column } = attribute
  const uses = new Uint32Array(values.length)
  if (column === undefined) for (const one of identities) eachValue(attribute, one, (value) => uses[value]!++)
  else for (const identity of identities) if (column[identity]! >= 0) uses[column[identity]!]!++
  const ordinals = new Map<string, number>()
  const remap = new Int32Array(values.length).fill(-1)
  const raws: number[][] = []
  for (const [raw, value] of values.entries()) {
    if (isPlaceholder(value)) continue
    const folded = foldedValue(value)
    let ordinal = ordinals.get(folded)
    if (ordinal === undefined) {
      ordinal = raws.length
      ordinals.set(folded, ordinal)
      raws.push([])
    }
    raws[ordinal]!.push(raw)
    remap[raw] = ordinal
  }
  const spellingOffset = new Uint32Array(raws.length + 1)
  const spellings: number[] = []
  for (const [ordinal, same] of raws.entries()) {
    spellings.push(...(same.length === 1 ? same : distinctSpellings(values, uses, same)))
    spellingOffset[ordinal + 1] = spellings.length
  }
  return { remap, spellingOffset, spelling: Uint32Array.from(spellings) }
}

/**
 * The first raw value of each spelling that is in use, the most common first; equally common spellings are in the order of the snapshot.
 */
function distinctSpellings(values: readonly string[], uses: Uint32Array, same: readonly number[]): number[] {
  const found = new Map<string, { readonly raw: number; uses: number }>()
  for (const raw of same) {
    const trimmed = values[raw]!.trim()
    const known = found.get(trimmed)
    if (known === undefined) found.set(trimmed, { raw, uses: uses[raw]! })
    else known.uses += uses[raw]!
  }
  const ranked = [...found.values()].sort((a, b) => b.uses - a.uses)
  return ranked.filter((one, i) => i === 0 || one.uses > 0).map(({ raw }) => raw)
}

function everyIdentity({ column, lists }: SnapshotAttribute): Uint32Array {
  const count = column === undefined ? lists.offset.length - 1 : column.length
  return new Uint32Array(count).map((_, identity) => identity)
}
