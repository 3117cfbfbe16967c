import { dateOf } from './day.ts'
import { itemAt } from './item-at.ts'
import type { SampleEntitlement, SampleGrant, SampleIdentity } from './sample-records.ts'

/** All grants of an organisation as parallel columns, ordered by identity and then entitlement, without duplicates. */
export class GrantTable implements Iterable<SampleGrant> {
  readonly #identities: readonly SampleIdentity[]
  readonly #entitlements: readonly SampleEntitlement[]
  /** Ordinal in `Organisation.identities`. */
  readonly identity: Uint32Array
  /** Ordinal in `Organisation.entitlements`. */
  readonly entitlement: Uint32Array
  /** Days since 1970. */
  readonly grantedDay: Uint16Array
  /** Days since 1970, 0 when never used. */
  readonly lastUsedDay: Uint16Array

  constructor(
    identities: readonly SampleIdentity[],
    entitlements: readonly SampleEntitlement[],
    columns: {
      readonly identity: Uint32Array
      readonly entitlement: Uint32Array
      readonly grantedDay: Uint16Array
      readonly lastUsedDay: Uint16Array
    },
  ) {
    this.#identities = identities
    this.#entitlements = entitlements
    this.identity = columns.identity
    this.entitlement = columns.entitlement
    this.grantedDay = columns.grantedDay
    this.lastUsedDay = columns.lastUsedDay
  }

  get count(): number {
    return this.identity.length
  }

  *[Symbol.iterator](): Generator<SampleGrant> {
    const dates = new Map<number, string>([[0, '']])
    const date = (day: number): string => {
      let text = dates.get(day)
      if (text === undefined) {
        text = dateOf(day)
        dates.set(day, text)
      }
      return text
    }
    for (let row = 0; row < this.count; row++) {
      yield {
        identityId: itemAt(this.#identities, itemAt(this.identity, row)).id,
        entitlementId: itemAt(this.#entitlements, itemAt(this.entitlement, row)).id,
        grantedAt: date(itemAt(this.grantedDay, row)),
        lastUsedAt: date(itemAt(this.lastUsedDay, row)),
      }
    }
  }
}
