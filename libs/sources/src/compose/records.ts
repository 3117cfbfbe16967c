import type { Described, Reference } from '../map/map.ts'
import type { Place } from './directory.ts'
import type { Source } from './source.ts'

/** How the records of one rule refer to others. */
interface ReferenceForm {
  readonly match: Reference['match']
  readonly among: Reference['among']
  /** Whether the record names the application of the referenced entitlement. */
  readonly namesApplication?: boolean
}

/** How the records of each rule of a map refer to others: the part of the map that stored records need. */
export interface RecordForms {
  /** For managers, by the ordinal of the rule for people. */
  readonly people: readonly ReferenceForm[]
  /** For identities, by the ordinal of the rule for accounts; null for a rule without a reference. */
  readonly accounts: readonly (ReferenceForm | null)[]
  /** For holders and for the keys of entitlements, by the ordinal of the rule for grants. */
  readonly grants: readonly {
    readonly holder: ReferenceForm & {
      /** Whether the record has the application of a holder that is an entitlement. */
      readonly namesApplication?: boolean
    }
    readonly entitlement: readonly string[]
  }[]
  /** For holders, by the ordinal of the rule for usage. */
  readonly usage: readonly ReferenceForm[]
}

export interface PersonRecord {
  readonly form: number
  readonly id: string
  readonly place: Place
  readonly fields: Readonly<Record<string, string>>
  readonly attributes: Described['attributes']
  /** One pair for each value of each key. */
  readonly keys: readonly (readonly [string, string])[]
  readonly manager: string
}

export interface AccountRecord extends Omit<PersonRecord, 'manager'> {
  readonly application: string
  /** The reference to its identity; empty without one. */
  readonly identity: string
}

export interface ApplicationRecord {
  readonly id: string
  readonly fields: Readonly<Record<string, string>>
}

export interface EntitlementRecord {
  readonly application: string
  readonly id: string
  readonly place: Place
  readonly fields: Readonly<Record<string, string>>
  readonly keys: readonly (readonly [string, string])[]
}

export interface GrantRecord {
  readonly form: number
  readonly holder: string
  /** For a holder that is an entitlement of an application which its rule names; else empty. */
  readonly holderApplication: string
  readonly application: string
  readonly entitlement: string
  readonly grantedAt: string
  readonly lastUsedAt: string
  /** The last day on which it is held; empty for a grant without an end. */
  readonly ends: string
}

export interface UsageRecord {
  readonly form: number
  readonly holder: string
  readonly application: string
  readonly day: string
}

/** How the rules of the source's map refer to other records. */
export function formsOf({ map }: Source): RecordForms {
  const form = ({ match, among, application }: Reference): ReferenceForm => ({
    match,
    among,
    ...(application !== undefined && { namesApplication: true }),
  })
  return {
    people: map.identities.map(({ manager }) => ({ match: manager?.match ?? [], among: ['identities'] })),
    accounts: map.accounts.map(({ identity }) => (identity === undefined ? null : form(identity))),
    grants: map.grants.map(({ holder, entitlement }) => ({
      holder: form(holder),
      entitlement: entitlement.match,
    })),
    usage: map.usage.map(({ holder }) => form(holder)),
  }
}
