import { type EntitlementReference, entitlementKeys } from '@assay/directory'
import { DomainError, type FieldViolation, invalidArgument } from '@assay/errors'
import type { TenantSql } from '@assay/store'

/** The entitlements of some references. */
interface ReferencedKeys {
  readonly keys: readonly number[]
  /** The number of references to entitlements that the directory does not have, or not any more. */
  readonly gone: number
}

interface ReferenceChecks {
  readonly least: number
  readonly most: number
  /** For references that were checked when they were saved: what was removed from the data since then is counted and is no error. */
  readonly isKept?: boolean | undefined
}

/**
 * The keys of the entitlements that a caller names.
 * @throws invalid_argument with all that do not exist, and all that are named twice
 */
export async function keysOfReferences(
  sql: TenantSql,
  references: readonly EntitlementReference[],
  field: string,
  { least, most, isKept = false }: ReferenceChecks,
): Promise<ReferencedKeys> {
  if (references.length < least || references.length > most)
    throw invalidArgument(field, `must name ${least} to ${most} entitlements, it names ${references.length}`)
  const keys = await entitlementKeys(sql, references)
  const found = new Set<number>()
  const violations: FieldViolation[] = []
  let gone = 0
  for (const [place, { applicationId, entitlementId }] of references.entries()) {
    const key = keys[place]
    const at = `${field}[${place}]`
    if (key === undefined) {
      gone++
      const description = `application "${applicationId}" has no entitlement "${entitlementId}"`
      violations.push({ field: at, description })
    } else if (found.has(key)) {
      violations.push({ field: at, description: `entitlement "${entitlementId}" is named twice` })
    } else found.add(key)
  }
  const [first] = violations
  if (first !== undefined && !isKept) {
    const more = violations.length === 1 ? '' : ` (and ${violations.length - 1} more)`
    throw new DomainError('invalid_argument', `${first.field}: ${first.description}${more}`, { violations })
  }
  return { keys: [...found], gone }
}
