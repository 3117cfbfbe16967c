import type { At } from '../faults.ts'
import { formOfName } from '../map/distinguished-name.ts'
import type { Reference } from '../map/map.ts'
import { KeyIndex } from './key-index.ts'

export interface Place {
  readonly part: string
  readonly at: At
}

/** An identity, combined from all sources. */
export interface Person {
  id: string
  readonly source: string
  readonly place: Place
  fields: Record<string, string>
  attributes: Record<string, string>
  manager: { readonly value: string; readonly match: readonly string[] } | undefined
  /** Only grants or accounts name it. */
  readonly isDerived: boolean
}

/** The data of a later source about a person whom an earlier source added. */
export interface Addition {
  readonly place: Place
  readonly fields: Record<string, string>
  readonly attributes: Record<string, string>
  /** Names for which no earlier source had a value. */
  readonly filledFields: Set<string>
  readonly filledAttributes: Set<string>
}

/** The values that assign an account to an identity, or make it a person. */
export interface AccountDetails {
  readonly fields: Record<string, string>
  attributes: Record<string, string>
  readonly keys: Readonly<Record<string, string>>
  /** The reference to its identity from the map. */
  identity: { readonly value: string; readonly match: Reference['match'] } | undefined
}

export interface Account {
  readonly source: string
  readonly application: string
  readonly id: string
  readonly place: Place
  /** Undefined after the correlation: for half a million accounts the details need more memory than everything else. */
  details: AccountDetails | undefined
  /** From its details. Empty: the id is the name. */
  name: string
  isDisabled: boolean
  /** A person of a source that does not define people: grants name it like a person. */
  readonly standsForPerson: boolean
  /** -1 for an orphan, and before the correlation. */
  person: number
  /** The rule that found the person; undefined for an orphan. */
  rule: CorrelationRule | undefined
}

/**
 * How an account was assigned to its person: by a link of a user, by the reference in its map, or by one of its own values. A
 * service account has a separate identity, and when no source defines people every account is a person.
 */
export type CorrelationRule = 'link' | 'map' | 'email' | 'username' | 'id' | 'service' | 'self'

/** An account for which two rules find different people: the first rule decided. */
interface Conflict {
  readonly account: number
  readonly other: number
}

interface Application {
  readonly id: string
  readonly fields: Record<string, string>
}

interface Entitlement {
  readonly application: string
  readonly id: string
  readonly source: string
  readonly place: Place
  readonly fields: Record<string, string>
  /** False: only a grant names it. */
  isDescribed: boolean
}

/** An entitlement that another entitlement holds: a holder of `member` also has `group`. */
interface Membership {
  readonly member: number
  readonly group: number
}

interface Orphan {
  readonly source: string
  /** The application of an account; empty for a holder that only grants name. */
  readonly application: string
  readonly value: string
  readonly place: Place
  readonly reason: 'unknown' | 'ambiguous'
  readonly candidates: readonly string[]
  /** The number of rows of grants and usage that were left out because of it. */
  rows: number
}

/** Ordinals by two names. The maps are nested: a combined key would need a new text for each grant. */
class PairIndex {
  readonly #maps = new Map<string, Map<string, number>>()

  get(first: string, second: string): number | undefined {
    return this.#maps.get(first)?.get(second)
  }

  set(first: string, second: string, ordinal: number): void {
    let map = this.#maps.get(first)
    if (map === undefined) {
      map = new Map()
      this.#maps.set(first, map)
    }
    map.set(second, ordinal)
  }
}

/** All records of all sources except grants, which are too many to hold in memory. */
export class Directory {
  readonly people: Person[] = []
  readonly accounts: Account[] = []
  readonly applications: Application[] = []
  readonly entitlements: Entitlement[] = []
  /** The number of changes of each record since it was added, by its ordinal. The first value of a field of an application stays. */
  readonly applicationChanges: number[] = []
  readonly personChanges: number[] = []
  readonly accountChanges: number[] = []
  readonly entitlementChanges: number[] = []
  readonly memberships: Membership[] = []
  readonly orphans = new Map<string, Orphan>()
  /** Keys of people over all sources; `id` is one of them. */
  readonly personKeys = new KeyIndex()
  /** Keys of accounts and entitlements, by `source key`. */
  readonly accountKeys = new KeyIndex()
  readonly entitlementKeys = new KeyIndex()
  readonly #personOf = new PairIndex()
  readonly #additionOf = new PairIndex()
  readonly #additions: Addition[] = []
  readonly conflicts: Conflict[] = []
  readonly #takenIds = new Map<string, number>()
  readonly #sourcesOfPeople = new Set<string>()
  readonly #accountOf = new Map<string, PairIndex>()
  readonly #applicationOf = new Map<string, number>()
  readonly #entitlementOf = new PairIndex()
  /** Entitlements whose id is a distinguished name, by the form of the name. */
  readonly #entitlementOfName = new PairIndex()
  readonly #memberships = new Set<string>()

  /** The ordinal of a person by the id in a source. */
  personOf(source: string, id: string): number | undefined {
    return this.#personOf.get(source, id)
  }

  /** Whether an earlier source has people. */
  hasPeopleOfOthers(source: string): boolean {
    return this.#sourcesOfPeople.size > (this.#sourcesOfPeople.has(source) ? 1 : 0)
  }

  addPerson(person: Person): number {
    const ordinal = this.people.push(person) - 1
    this.#sourcesOfPeople.add(person.source)
    this.personChanges.push(0)
    this.nameBySource(person.source, person.id, ordinal)
    if (this.#takenIds.has(person.id)) person.id = `${person.source}:${person.id}`
    this.#takenIds.set(person.id, ordinal)
    this.personKeys.add('id', person.id, ordinal)
    return ordinal
  }

  nameBySource(source: string, id: string, ordinal: number): void {
    this.#personOf.set(source, id, ordinal)
  }

  /** The data of a source about a person of another source, by the id in the source. */
  additionOf(source: string, id: string): Addition | undefined {
    return this.#additions[this.#additionOf.get(source, id) ?? -1]
  }

  keepAddition(source: string, id: string, addition: Addition): void {
    this.#additionOf.set(source, id, this.#additions.push(addition) - 1)
  }

  /** The ordinal of a person by the final id. */
  personById(id: string): number | undefined {
    return this.#takenIds.get(id)
  }

  isIdTaken(id: string): boolean {
    return this.#takenIds.has(id)
  }

  accountOf(source: string, application: string, id: string): number | undefined {
    return this.#accountOf.get(source)?.get(application, id)
  }

  addAccount(account: Account): number {
    const ordinal = this.accounts.push(account) - 1
    this.accountChanges.push(0)
    let ofSource = this.#accountOf.get(account.source)
    if (ofSource === undefined) {
      ofSource = new PairIndex()
      this.#accountOf.set(account.source, ofSource)
    }
    ofSource.set(account.application, account.id, ordinal)
    return ordinal
  }

  applicationOf(id: string): number | undefined {
    return this.#applicationOf.get(id)
  }

  /** Adds the application unless it exists; missing fields are filled. */
  addApplication(id: string, fields: Readonly<Record<string, string>> = {}): number {
    const before = this.#applicationOf.get(id)
    if (before !== undefined) {
      const application = this.applications[before]
      for (const [name, value] of Object.entries(fields)) {
        if (application !== undefined && value !== '' && !application.fields[name]) application.fields[name] = value
      }
      return before
    }
    const ordinal = this.applications.push({ id, fields: { ...fields } }) - 1
    this.applicationChanges.push(0)
    this.#applicationOf.set(id, ordinal)
    return ordinal
  }

  /** The ordinal of an entitlement by its id, or by another way to write the distinguished name that its id is. */
  entitlementOf(application: string, id: string): number | undefined {
    const exact = this.#entitlementOf.get(application, id)
    if (exact !== undefined) return exact
    const form = formOfName(id)
    const named = form === undefined ? undefined : this.#entitlementOfName.get(application, form)
    if (named !== undefined) this.#entitlementOf.set(application, id, named)
    return named
  }

  addEntitlement(entitlement: Entitlement): number {
    this.addApplication(entitlement.application)
    const ordinal = this.entitlements.push(entitlement) - 1
    this.entitlementChanges.push(0)
    this.#entitlementOf.set(entitlement.application, entitlement.id, ordinal)
    const form = formOfName(entitlement.id)
    if (form !== undefined) this.#entitlementOfName.set(entitlement.application, form, ordinal)
    this.entitlementKeys.add(`\0${entitlement.application}`, entitlement.id, ordinal)
    this.entitlementKeys.add(`${entitlement.source} id`, entitlement.id, ordinal)
    return ordinal
  }

  addMembership(member: number, group: number): void {
    if (member === group) return
    const key = `${member} ${group}`
    if (this.#memberships.has(key)) return
    this.#memberships.add(key)
    this.memberships.push({ member, group })
  }

  addOrphan(orphan: Omit<Orphan, 'rows'>): void {
    const key = `${orphan.source}\0${orphan.value}`
    const before = this.orphans.get(key)
    if (before === undefined) this.orphans.set(key, { ...orphan, rows: 1 })
    else before.rows++
  }
}
