import { itemAt } from '@assay/errors'
import type { Snapshot } from '@assay/mining'
import type { AccessRows } from '@assay/role-model'

/** Numbers from 0 for the keys of an earlier and a later state, in the order of keys, so that a person has the same number in both. */
export class KeyNumbers {
  readonly #keys: readonly number[]
  readonly #numbers: ReadonlyMap<number, number>

  constructor(before: readonly (readonly number[])[], after: readonly number[]) {
    const all = new Set(after)
    for (const keys of before) for (const key of keys) all.add(key)
    this.#keys = [...all].sort((a, b) => a - b)
    this.#numbers = new Map(this.#keys.map((key, number) => [key, number]))
  }

  get count(): number {
    return this.#keys.length
  }

  of(keys: readonly number[]): number[] {
    return keys.map((key) => this.#numbers.get(key) as number)
  }

  keysOf(numbers: Iterable<number>): number[] {
    return Array.from(numbers, (number) => itemAt(this.#keys, number))
  }
}

/** The grants that all roles together give. */
export function multipliedOut(
  roles: readonly { readonly identities: readonly number[]; readonly entitlements: readonly number[] }[],
  identityCount: number,
  entitlementCount: number,
): AccessRows {
  const held: Set<number>[] = Array.from({ length: identityCount }, () => new Set())
  for (const { identities, entitlements } of roles) {
    for (const identity of identities) for (const entitlement of entitlements) itemAt(held, identity).add(entitlement)
  }
  return rowsOf(
    held.map((row) => [...row]),
    entitlementCount,
  )
}

/** The access of the enabled people, by the numbers of both states. */
export function renumbered(
  { rowOffset, rowEntitlement }: AccessRows,
  people: KeyNumbers,
  entitlements: KeyNumbers,
  { identityKey, entitlementKey }: Snapshot,
  persons: Uint32Array,
): AccessRows {
  const numbers = entitlements.of([...entitlementKey])
  const places = people.of(Array.from(persons, (identity) => itemAt(identityKey, identity)))
  const held: number[][] = Array.from({ length: people.count }, () => [])
  for (const [person, place] of places.entries()) {
    held[place] = Array.from(rowEntitlement.subarray(itemAt(rowOffset, person), itemAt(rowOffset, person + 1)), (one) =>
      itemAt(numbers, one),
    )
  }
  return rowsOf(held, entitlements.count)
}

function rowsOf(held: readonly (readonly number[])[], entitlementCount: number): AccessRows {
  const rowOffset = new Uint32Array(held.length + 1)
  for (const [identity, row] of held.entries()) rowOffset[identity + 1] = itemAt(rowOffset, identity) + row.length
  const rowEntitlement = new Uint32Array(itemAt(rowOffset, held.length))
  for (const [identity, row] of held.entries()) {
    rowEntitlement.set(
      row.toSorted((a, b) => a - b),
      rowOffset[identity],
    )
  }
  return { identityCount: held.length, entitlementCount, rowOffset, rowEntitlement }
}
