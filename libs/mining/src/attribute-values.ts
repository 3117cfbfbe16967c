import type { SnapshotAttribute } from './snapshot.ts'

/** Words that fill a form without saying anything, in lower case and without surrounding punctuation. */
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

/** Whether a value stands for "no value": blank, only punctuation ("-", "--", "?"), or a word like "N/A". */
export function isPlaceholder(value: string): boolean {
  const bare = value.toLowerCase().replace(/^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu, '')
  return placeholders.has(bare.replace(/\s+/g, ' '))
}

/** An attribute after trimming and without placeholders. */
interface CleanValues {
  /** Clean value ordinal of each raw one, -1 for placeholders. */
  readonly remap: Int32Array
  /** A raw ordinal for each clean one: the first that trims to it. */
  readonly representative: Int32Array
}

/** Values that differ only in surrounding white space become one, placeholders become none. */
export function cleanValues(attribute: SnapshotAttribute): CleanValues {
  const ordinals = new Map<string, number>()
  const remap = new Int32Array(attribute.values.length).fill(-1)
  const representative: number[] = []
  for (const [raw, value] of attribute.values.entries()) {
    if (isPlaceholder(value)) continue
    const trimmed = value.trim()
    let ordinal = ordinals.get(trimmed)
    if (ordinal === undefined) {
      ordinal = representative.length
      ordinals.set(trimmed, ordinal)
      representative.push(raw)
    }
    remap[raw] = ordinal
  }
  return { remap, representative: Int32Array.from(representative) }
}
