import { type EntitlementReference, entitlementRelation } from '@assay/directory'
import { DomainError, type FieldViolation, itemAt } from '@assay/errors'
import type { TenantSql } from '@assay/store'

/** An entitlement whose id several applications may have. */
interface Candidate {
  readonly id: string
  readonly key: number
  readonly applicationId: string
}

/**
 * The entitlements of some ids, for callers who do not name the application, in order and each once.
 * @param field the name of the list in the caller's API
 * @param preferred keys to choose when several applications have an id
 * @throws invalid_argument with all ids that no application has (with the reason NO_SUCH_ENTITLEMENT), and all ids that several
 * applications have, with these applications
 */
export async function resolveEntitlementIds(
  sql: TenantSql,
  ids: readonly string[],
  field: string,
  preferred: ReadonlySet<number> = new Set(),
): Promise<EntitlementReference[]> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return []
  const rows = await sql<Candidate[]>`
    select id, key, application_id as "applicationId" from ${entitlementRelation(sql)} entitlement
    where id = any(${wanted}::text[]) and not deleted order by application_id collate "C"`
  const found = Map.groupBy(rows, ({ id }) => id)
  const violations: FieldViolation[] = []
  const missing = wanted.filter((id) => !found.has(id))
  const references = wanted.flatMap((id) => {
    const candidates = found.get(id) ?? []
    const meant = candidates.length > 1 ? candidates.filter(({ key }) => preferred.has(key)) : candidates
    const [one] = meant
    if (one !== undefined && meant.length === 1) return [{ applicationId: one.applicationId, entitlementId: id }]
    violations.push({ field: `${field}[${ids.indexOf(id)}]`, description: problemOf(id, candidates) })
    return []
  })
  const [first] = violations
  if (first !== undefined) {
    const more = violations.length === 1 ? '' : ` (and ${violations.length - 1} more)`
    throw new DomainError('invalid_argument', `${first.field}: ${first.description}${more}`, {
      violations: violations.slice(0, 100),
      ...(missing.length > 0 && { reason: 'NO_SUCH_ENTITLEMENT', metadata: { entitlementId: itemAt(missing, 0) } }),
    })
  }
  return references
}

function problemOf(id: string, candidates: readonly Candidate[]): string {
  if (candidates.length === 0) return `no application has an entitlement "${id}"`
  const names = candidates.slice(0, 10).map(({ applicationId }) => `"${applicationId}"`)
  return `"${id}" is an entitlement of several applications (${names.join(', ')}), so that the id alone does not say which`
}
