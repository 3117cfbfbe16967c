import { folded } from '../value.ts'

export type Search =
  | { readonly kind: 'one'; readonly ordinal: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly ordinals: readonly number[] }

const none: Search = { kind: 'none' }

/** Values that stand for a missing value. They never match a record. */
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

/** The records of one form: an ordinal when its value equals the form, one ordinal with its value, or several records. */
type Named = number | OneNamed | SeveralNamed

interface OneNamed {
  readonly value: string
  readonly ordinal: number
}

interface SeveralNamed {
  readonly ordinals: number[]
  /** By the value with its original letter case. */
  readonly exact: Map<string, number | number[]>
}

/** The values that were added under one key before the first look-up. */
interface Unasked {
  readonly values: string[]
  readonly ordinals: number[]
}

/**
 * Finds records by the values of their keys: first exactly, then without regard to case and Unicode form. Entries are stored by
 * form, since most forms name one record and then need only a number. Forms are computed at the first look-up of a key, since some
 * keys of half a million records are never used.
 */
export class KeyIndex {
  readonly #byForm = new Map<string, Map<string, Named>>()
  readonly #unasked = new Map<string, Unasked>()

  add(key: string, value: string, ordinal: number): void {
    const byForm = this.#byForm.get(key)
    if (byForm !== undefined) {
      addForm(byForm, key, value, ordinal)
      return
    }
    let unasked = this.#unasked.get(key)
    if (unasked === undefined) {
      unasked = { values: [], ordinals: [] }
      this.#unasked.set(key, unasked)
    }
    unasked.values.push(value)
    unasked.ordinals.push(ordinal)
  }

  find(key: string, value: string): Search {
    const byForm = this.#byForm.get(key) ?? this.#formsOf(key)
    if (byForm === undefined) return none
    const found = byForm.get(keyForm(key, folded(value)))
    if (found === undefined) return none
    if (typeof found === 'number') return { kind: 'one', ordinal: found }
    if (!('exact' in found)) return { kind: 'one', ordinal: found.ordinal }
    const exact = found.exact.get(value)
    if (typeof exact === 'number') return { kind: 'one', ordinal: exact }
    const [first, ...others] = found.ordinals
    if (first !== undefined && others.length === 0) return { kind: 'one', ordinal: first }
    return { kind: 'several', ordinals: found.ordinals }
  }

  /** Undefined for a key that no record has. */
  #formsOf(key: string): Map<string, Named> | undefined {
    const unasked = this.#unasked.get(key)
    if (unasked === undefined) return undefined
    const byForm = new Map<string, Named>()
    for (const [at, value] of unasked.values.entries()) addForm(byForm, key, value, unasked.ordinals[at] ?? -1)
    this.#byForm.set(key, byForm)
    this.#unasked.delete(key)
    return byForm
  }

  /** The first key that finds exactly one record decides; a key that finds several ends the search. */
  findBy(keys: readonly string[], value: string): Search {
    for (const key of keys) {
      const found = this.find(key, value)
      if (found.kind !== 'none') return found
    }
    return none
  }
}

/** Blanks around the parts of a distinguished name have no meaning. */
function keyForm(key: string, form: string): string {
  return key === 'dn' || key.endsWith(' dn') ? form.replaceAll(/\s*([,=+])\s*/g, '$1') : form
}

function addForm(byForm: Map<string, Named>, key: string, value: string, ordinal: number): void {
  const plain = folded(value)
  if (placeholders.has(plain)) return
  const form = keyForm(key, plain)
  const before = byForm.get(form)
  if (before === undefined) byForm.set(form, value === form ? ordinal : { value, ordinal })
  else if (typeof before === 'object' && 'exact' in before) addTo(before, value, ordinal)
  else {
    const one = typeof before === 'number' ? { value: form, ordinal: before } : before
    if (one.ordinal === ordinal && one.value === value) return
    const several: SeveralNamed = { ordinals: [], exact: new Map() }
    addTo(several, one.value, one.ordinal)
    addTo(several, value, ordinal)
    byForm.set(form, several)
  }
}

function addTo({ ordinals, exact }: SeveralNamed, value: string, ordinal: number): void {
  if (!ordinals.includes(ordinal)) ordinals.push(ordinal)
  const before = exact.get(value)
  if (before === undefined) exact.set(value, ordinal)
  else if (typeof before === 'number') {
    if (before !== ordinal) exact.set(value, [before, ordinal])
  } else if (!before.includes(ordinal)) before.push(ordinal)
}
