import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rowsFromGrants } from '@assay/mining'
import type { AccessRows } from './reduce-access.ts'

/** Public sets that lie beside the repository on some machines; never part of it. */
export const sharedData = join(import.meta.dirname, '../../../../shared/data')

export function readGrants(path: string): AccessRows | undefined {
  const file = join(sharedData, path)
  if (!existsSync(file)) return undefined
  const numbers = readFileSync(file, 'utf8').trim().split(/\s+/).map(Number)
  const identity = new Uint32Array(numbers.length / 2)
  const entitlement = new Uint32Array(numbers.length / 2)
  for (let i = 0; i < identity.length; i++) {
    identity[i] = numbers[2 * i] - 1
    entitlement[i] = numbers[2 * i + 1] - 1
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
