import type { LedgerEntry } from './read-entry.ts'

/** Of what the ledger tells how it was at a time, and the kinds of entries that change it. */
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

/** After such an entry the thing is not there any more. */
const goneAfter: ReadonlySet<string> = new Set([
  'access.take',
  'issuer.delete',
  'client.revoke',
  'policy.delete',
  'profile.delete',
  'schedule.delete',
  'source.delete',
])
/** Such an entry has all members of the thing after it. */
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
/** What such an entry has stands below one member of the thing; without an `after` that member is gone. */
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

/** In place of a value that an entry took away. */
const absent = Symbol('absent')

/** What a thing was like at a time: its entries up to then go in newest first, then those afterwards oldest first. */
export class FoldedState {
  readonly #members = new Map<string, unknown>()
  readonly #erased = new Set<string>()
  /** Changes of lists, newest first: the list before them is not known yet. */
  readonly #changes: { readonly removed: readonly string[]; readonly added: readonly string[] }[] = []
  /** All that the thing was is known. */
  isComplete = false

  /** @returns whether nothing older tells anything more */
  before(entry: LedgerEntry): boolean {
    // A thing of this name that was there once and is another one.
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

  /** @returns whether nothing later tells anything more */
  afterwards(entry: LedgerEntry): boolean {
    const under = below[entry.kind]
    if (under !== undefined) {
      if (entry.before !== undefined) this.#put(under, valueIn(entry.before))
      return false
    }
    // A list before a change of it is not told by the change.
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

  /** `before`, `after` */
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
