import { folded } from '../value.ts'

export type Search =
  | { readonly kind: 'one'; readonly ordinal: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly ordinals: readonly number[] }

const none: Search = { kind: 'none' }

/** Values that stand for no value. They never name anything. */
const placeholders = new Set([
  ...[
    '',
    '-',
    '--',
    '.',
    '?',
    'n/a',
    'na',
    '#n/a',
    'none',
    'null',
    'nil',
    'unknown',
    'undefined',
    'tbd',
    'todo',
    'test',
  ],
  ...['not applicable', 'not available', 'not set', 'unbekannt', 'k.a.', 'keine', 'xxx', '(blank)', '(empty)', 'n.n.'],
])

export function isPlaceholder(value: string): boolean {
  return placeholders.has(folded(value))
}

/** Finds records by the values of their keys: exactly, then without regard to case and Unicode form. */
export class KeyIndex {
  readonly #exact = new Map<string, Map<string, number | number[]>>()
  readonly #folded = new Map<string, Map<string, number | number[]>>()

  add(key: string, value: string, ordinal: number): void {
    if (isPlaceholder(value)) return
    put(mapOf(this.#exact, key), value, ordinal)
    put(mapOf(this.#folded, key), keyForm(key, value), ordinal)
  }

  find(key: string, value: string): Search {
    const exact = this.#exact.get(key)?.get(value)
    if (typeof exact === 'number') return { kind: 'one', ordinal: exact }
    if (isPlaceholder(value)) return none
    return asSearch(this.#folded.get(key)?.get(keyForm(key, value)))
  }

  /** The first key that finds exactly one decides; one that finds several ends the search. */
  findBy(keys: readonly string[], value: string): Search {
    for (const key of keys) {
      const found = this.find(key, value)
      if (found.kind !== 'none') return found
    }
    return none
  }
}

/** Blanks around the parts of a distinguished name say nothing. */
function keyForm(key: string, value: string): string {
  const form = folded(value)
  return key === 'dn' || key.endsWith(' dn') ? form.replaceAll(/\s*([,=+])\s*/g, '$1') : form
}

function mapOf<T>(maps: Map<string, Map<string, T>>, key: string): Map<string, T> {
  let map = maps.get(key)
  if (map === undefined) {
    map = new Map()
    maps.set(key, map)
  }
  return map
}

function put(map: Map<string, number | number[]>, value: string, ordinal: number): void {
  const before = map.get(value)
  if (before === undefined) map.set(value, ordinal)
  else if (typeof before === 'number') {
    if (before !== ordinal) map.set(value, [before, ordinal])
  } else if (!before.includes(ordinal)) before.push(ordinal)
}

function asSearch(found: number | number[] | undefined): Search {
  if (found === undefined) return none
  return typeof found === 'number' ? { kind: 'one', ordinal: found } : { kind: 'several', ordinals: found }
}
