import type { Fact } from './facts-read.ts'
import { attributeText, fieldText, type IdentityRow, keyAt } from './identity-row.ts'

/** The holders of the applications and entitlements in the rules. */
export type HoldersOf = (applicationId: string, entitlementId: string | null) => ReadonlySet<number> | undefined

/** A quarter of the memory limit of a thread. */
const mostBytes = 256 * 1024 * 1024
/** The memory of a group besides the characters of its name. */
const bytesOfGroup = 80

/** The groupings of an evaluation: one for all clauses that read the same facts. */
export class FactGroupings {
  readonly #holdersOf: HoldersOf
  readonly #mostBytes: number
  readonly #groupings = new Map<string, FactGroups>()

  constructor(holdersOf: HoldersOf, limit = mostBytes) {
    this.#holdersOf = holdersOf
    this.#mostBytes = limit
  }

  by(facts: readonly Fact[]): FactGroups {
    const names = facts.map((fact) => JSON.stringify(fact)).toSorted()
    const name = names.join()
    const known = this.#groupings.get(name)
    if (known !== undefined) return known
    const groups = new FactGroups(facts, this.#holdersOf)
    this.#groupings.set(name, groups)
    return groups
  }

  /** Continues with the next batch. When memory is short, the largest groupings are dropped: they save the fewest evaluations. */
  take(rows: readonly IdentityRow[]): void {
    for (const groups of this.#groupings.values()) groups.take(rows)
    const bySize = [...this.#groupings].sort(([, one], [, other]) => one.bytes - other.bytes)
    let bytes = bySize.reduce((sum, [, groups]) => sum + groups.bytes, 0)
    for (let last = bySize.pop(); last !== undefined && bytes > this.#mostBytes; last = bySize.pop()) {
      const [name, groups] = last
      bytes -= groups.bytes
      groups.drop()
      this.#groupings.delete(name)
    }
  }
}

/** Numbers the groups of identities that are equal in some facts. */
export class FactGroups {
  readonly #read: readonly ((row: IdentityRow) => string)[]
  readonly #numbers = new Map<string, number>()
  #bytes = 0
  #current = new Uint32Array(0)
  #isDropped = false

  constructor(facts: readonly Fact[], holdersOf: HoldersOf) {
    this.#read = facts.map((fact) => reader(fact, holdersOf))
  }

  /** The number of groups so far. */
  get count(): number {
    return this.#numbers.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get isDropped(): boolean {
    return this.#isDropped
  }

  /** The group of each row of the batch, from 0. A group keeps its number over all batches. */
  get current(): Uint32Array {
    return this.#current
  }

  take(rows: readonly IdentityRow[]): void {
    this.#current = Uint32Array.from(rows, (row) => this.#numberOf(row))
  }

  drop(): void {
    this.#numbers.clear()
    this.#isDropped = true
  }

  #numberOf(row: IdentityRow): number {
    const [only] = this.#read
    const isAlone = only !== undefined && this.#read.length === 1
    const name = isAlone ? only(row) : this.#read.map((read) => framed(read(row))).join('')
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    this.#numbers.set(name, this.#numbers.size)
    this.#bytes += name.length + bytesOfGroup
    return this.#numbers.size - 1
  }
}
/** The value with its length, so that different lists of values cannot give the same text. */
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
