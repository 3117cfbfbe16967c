import { identityExists } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { TenantSql } from '@assay/store'

/** Long enough for any name and description that an analysis suggests. */
const longestName = 256
export const longestDescription = 4_096

/**
 * Checks name and description and returns them in stored form.
 * @throws invalid_argument for an empty name, and for texts that are too long
 */
export function checkDetails(given: { readonly displayName: string; readonly description?: string | undefined }) {
  const displayName = given.displayName.trim()
  const description = given.description ?? ''
  if (displayName === '') throw invalidArgument('display_name', 'must not be empty')
  requireShort('display_name', displayName, longestName)
  requireShort('description', description, longestDescription)
  return { displayName, description }
}

/** @throws invalid_argument when the owner, the id of an identity, does not exist; empty means no owner */
export async function checkOwner(sql: TenantSql, ownerId: string): Promise<void> {
  if (ownerId === '' || (await identityExists(sql, ownerId))) return
  throw invalidArgument('owner_id', `identity "${ownerId}" does not exist`)
}

/** @throws invalid_argument for more than `most` characters */
export function requireShort(field: string, text: string, most: number): void {
  const { length } = [...text]
  if (length > most) throw invalidArgument(field, `must have at most ${most} characters; it has ${length}`)
}
