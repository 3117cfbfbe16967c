import type { Fact } from './facts-read.ts'
import { attributeText, fieldText, type IdentityRow, keyAt } from './identity-row.ts'

/** Who holds what the rules name. */
export type HoldersOf = (applicationId: string, entitlementId: string | null) => ReadonlySet<number> | undefined

/** Numbers the groups of identities that are alike in some facts. */
export class FactGroups {
  readonly #read: readonly ((row: IdentityRow) => string)[]
  readonly #numbers = new Map<string, number>()

  constructor(facts: readonly Fact[], holdersOf: HoldersOf) {
    this.#read = facts.map((fact) => reader(fact, holdersOf))
  }

  /** How many groups there are so far. */
  get count(): number {
    return this.#numbers.size
  }

  /** The group of each row, from 0. A group keeps its number over all calls. */
  of(rows: readonly IdentityRow[]): Uint32Array {
    const groups = new Uint32Array(rows.length)
    for (let index = 0; index < rows.length; index++) groups[index] = this.#numberOf(rows[index])
    return groups
  }

  #numberOf(row: IdentityRow): number {
    const name = this.#read.length === 1 ? this.#read[0](row) : this.#read.map((read) => framed(read(row))).join('')
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#numbers.size)
    return this.#numbers.size - 1
  }
}

/** With its length, so that no two lists of values run into the same text. */
function framed(value: string): string {
  return `${value.length}:${value}`
}

function reader(fact: Fact, holdersOf: HoldersOf): (row: IdentityRow) => string {
  switch (fact.kind) {
    case 'field':
      return (row) => fieldText(row, fact.name)
    case 'attribute':
      return (row) => attributeText(row, fact.key)
    case 'holding': {
      const holders = holdersOf(fact.applicationId, fact.entitlementId)
      return (row) => (holders?.has(row[keyAt]) ? 'holds' : '')
    }
  }
}
