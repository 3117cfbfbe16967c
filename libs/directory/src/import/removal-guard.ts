import type { Removal, SnapshotParts } from '@assay/mining'
import { openSnapshot, removedBetween } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { storedSnapshot } from '../snapshot/load-snapshot.ts'

/** Removing more than this share of the people or of the grants in force needs a confirmation. */
const mostRemovedShare = 0.2

/** The people and grants that the new data would remove from the access in force; undefined before the first import. */
export async function removalBy(sql: TenantSql, parts: SnapshotParts): Promise<Removal | undefined> {
  const stored = await storedSnapshot(sql)
  if (stored === undefined) return undefined
  return removedBetween(openSnapshot(stored.buffer), parts)
}

/** Whether a removal has to be confirmed. */
export function removesMuch({ peopleBefore, peopleRemoved, grantsBefore, grantsRemoved }: Removal): boolean {
  return peopleRemoved > mostRemovedShare * peopleBefore || grantsRemoved > mostRemovedShare * grantsBefore
}

/** The removal in a sentence, for people who may not know the tenant's data. */
export function removalWords({ peopleBefore, peopleRemoved, grantsBefore, grantsRemoved }: Removal): string {
  return `It would remove ${partOf(peopleRemoved, peopleBefore, 'people')} and ${partOf(grantsRemoved, grantsBefore, 'grants')} in force, and was not confirmed; nothing was changed.`
}

function partOf(part: number, whole: number, noun: string): string {
  const percent = whole === 0 ? 0 : Math.round((100 * part) / whole)
  return `${part.toLocaleString('en')} of ${whole.toLocaleString('en')} ${noun} (${percent} %)`
}
