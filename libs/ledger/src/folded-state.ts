import type { LedgerEntry } from './read-entry.ts'

/** The types of things whose state at a time the ledger can show, and the kinds of entries that change each of them. */
export const kindsOfThings = {
  access: ['access.give', 'access.take'],
  access_data: ['import.in_force', 'load.in_force'],
  client: ['client.create', 'client.scope', 'client.revoke'],
  issuer: ['issuer.create', 'issuer.delete'],
  policy: ['policy.create', 'policy.update', 'policy.delete'],
  profile: [
    'profile.create',
    'profile.update',
    'profile.entitlements',
    'profile.automation',
    'profile.pause',
    'profile.resume',
    'profile.delete',
  ],
  schedule: ['schedule.set', 'schedule.delete'],
  settings: ['settings.mining', 'settings.discovery', 'settings.update'],
  source: ['source.create', 'source.update', 'source.map', 'source.delete', 'pull.set', 'pull.delete'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type ThingType = keyof typeof kindsOfThings
export const thingTypes = Object.keys(kindsOfThings) as readonly ThingType[]

/** After an entry of one of these kinds the thing does not exist any more. */
const goneAfter: ReadonlySet<string> = new Set([
  'access.take',
  'issuer.delete',
  'client.revoke',
  'policy.delete',
  'profile.delete',
  'schedule.delete',
  'source.delete',
])
/** The `after` of an entry of one of these kinds has all members of the thing. */
const wholeAfter: ReadonlySet<string> = new Set([
  'access.give',
  'issuer.create',
  'client.create',
  'import.in_force',
  'load.in_force',
  'policy.create',
  'policy.update',
  'profile.create',
  'schedule.set',
  'settings.discovery',
  'source.create',
])
/** An entry of one of these kinds changes only this member of the thing. Without `after`, the member is removed. */
const below: Readonly<Record<string, string>> = {
  'client.scope': 'scope',
  'profile.automation': 'automation',
  'profile.pause': 'pause',
  'profile.resume': 'pause',
  'pull.set': 'pull',
  'pull.delete': 'pull',
  'source.map': 'map',
}

export function isGone(kind: string): boolean {
  return goneAfter.has(kind)
}

type Members = Readonly<Record<string, unknown>>

/** Marks a member that an entry removed. */
const absent = Symbol('absent')

/**
 * The state of a thing at a time. Pass it the entries up to that time first, newest first (`before`), then the later ones, oldest first
 * (`afterwards`).
 */
export class FoldedState {
  readonly #members = new Map<string, unknown>()
  readonly #erased = new Set<string>()
  /** Changes of lists, newest first. The list before these changes is not known yet. */
  readonly #changes: { readonly removed: readonly string[]; readonly added: readonly string[] }[] = []
  /** Whether the entries gave the whole state of the thing. */
  isComplete = false

  /** @returns true when older entries cannot add anything */
  before(entry: LedgerEntry): boolean {
    // The deletion of an earlier thing with the same id.
    if (isGone(entry.kind)) return true
    this.#noteErased(entry)
    if (entry.kind === 'profile.entitlements') {
      const { removed, added } = membersIn(entry.after) as Partial<Record<'removed' | 'added', readonly string[]>>
      this.#changes.push({ removed: removed ?? [], added: added ?? [] })
      return false
    }
    const under = below[entry.kind]
    if (under !== undefined) {
      this.#put(under, entry.kind === 'profile.resume' ? absent : valueIn(entry.after))
      return false
    }
    const after = membersIn(entry.after)
    for (const [name, value] of Object.entries(after)) this.#put(name, value)
    for (const name of Object.keys(membersIn(entry.before))) if (!(name in after)) this.#put(name, absent)
    if (!wholeAfter.has(entry.kind)) return false
    this.isComplete = !entry.erased.includes('after')
    return true
  }

  /** @returns true when later entries cannot add anything */
  afterwards(entry: LedgerEntry): boolean {
    const under = below[entry.kind]
    if (under !== undefined) {
      if (entry.before !== undefined) this.#put(under, valueIn(entry.before))
      return false
    }
    // A change of a list does not say what the list was before.
    if (entry.kind === 'profile.entitlements') return false
    const { entitlements: _, ...members } = membersIn(entry.before)
    for (const [name, value] of Object.entries(members)) this.#put(name, value)
    return isGone(entry.kind) || wholeAfter.has(entry.kind)
  }

  members(): Members {
    const known = [...this.#members].filter(([, value]) => value !== absent)
    const members: Record<string, unknown> = Object.fromEntries(known)
    const given = members.entitlements
    if (Array.isArray(given)) {
      const list = new Set<unknown>(given)
      for (const { removed, added } of this.#changes.toReversed()) {
        for (const one of removed) list.delete(one)
        for (const one of added) list.add(one)
      }
      members.entitlements = [...list]
    }
    return members
  }

  /** The fields of entries that were erased: `after`, or none. */
  erased(): string[] {
    return [...this.#erased].sort()
  }

  #put(name: string, value: unknown): void {
    if (!this.#members.has(name)) this.#members.set(name, value)
  }

  #noteErased({ erased }: LedgerEntry): void {
    for (const field of erased) if (field === 'after') this.#erased.add(field)
  }
}

function valueIn(json: string | undefined): unknown {
  return json === undefined ? absent : JSON.parse(json)
}

function membersIn(json: string | undefined): Members {
  const value: unknown = json === undefined ? undefined : JSON.parse(json)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}
}
