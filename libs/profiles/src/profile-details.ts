import { identityExists } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { TenantSql } from '@assay/store'

/** Room for any name and description that an analysis suggests. */
const longestName = 256
const longestDescription = 4_096

/**
 * Name and description as they are stored.
 * @throws invalid_argument for a name that is empty, and for texts that are too long
 */
export function checkDetails(given: { readonly displayName: string; readonly description?: string | undefined }) {
  const displayName = given.displayName.trim()
  const description = given.description ?? ''
  if (displayName === '') throw invalidArgument('display_name', 'must not be empty')
  requireShort('display_name', displayName, longestName)
  requireShort('description', description, longestDescription)
  return { displayName, description }
}

/** @throws invalid_argument when the owner, an identity's id, does not exist; empty is no owner */
export async function checkOwner(sql: TenantSql, ownerId: string): Promise<void> {
  if (ownerId === '' || (await identityExists(sql, ownerId))) return
  throw invalidArgument('owner_id', `identity "${ownerId}" does not exist`)
}

/** @throws invalid_argument for more than so many characters */
export function requireShort(field: string, text: string, most: number): void {
  const { length } = [...text]
  if (length > most) throw invalidArgument(field, `must have at most ${most} characters; it has ${length}`)
}
