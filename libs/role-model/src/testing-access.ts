import { readFileSync } from 'node:fs'
import { rowsFromGrants } from '@assay/mining'
import type { AccessRows } from './reduce-access.ts'

/** Reads a file of pairs of an identity and an entitlement, both counted from 1. */
export function readGrants(file: string): AccessRows {
  const numbers = readFileSync(file, 'utf8').trim().split(/\s+/).map(Number)
  const identity = new Uint32Array(numbers.length / 2)
  const entitlement = new Uint32Array(numbers.length / 2)
  for (let i = 0; i < identity.length; i++) {
    identity[i] = numbers[2 * i]! - 1
    entitlement[i] = numbers[2 * i + 1]! - 1
  }
  return accessOf(identity, entitlement)
}

export function accessOf(
  identity: Uint32Array,
  entitlement: Uint32Array,
  counts = {
    identityCount: identity.reduce((most, i) => Math.max(most, i + 1), 0),
    entitlementCount: entitlement.reduce((most, e) => Math.max(most, e + 1), 0),
  },
): AccessRows {
  return { ...counts, ...rowsFromGrants(counts, { identity, entitlement }) }
}
