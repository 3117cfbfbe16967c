import type { TenantSql } from '@assay/store'
import type { TakenCalculation } from './calculations.ts'
import type { CountedEntitlement, FoundRole } from './mining-events.ts'
import { potentialRoleId } from './potential-role-id.ts'

/**
 * Stores roles that a calculation found: visible if the calculation shows its roles early, otherwise staged. A role that is
 * stored already, by its id, does not change.
 */
export async function storeRoles(
  sql: TenantSql,
  tenantId: number,
  { session, showsEarly }: TakenCalculation,
  roles: readonly FoundRole[],
): Promise<void> {
  const ids = roles.map(({ identityKeys, entitlements }) =>
    potentialRoleId(session.id, identityKeys, keysOf(entitlements)),
  )
  // SQL has no arrays of arrays of different lengths, so each row's arrays are passed as text.
  const texts = (read: (role: FoundRole) => readonly number[]) => roles.map((role) => `{${read(role).join(',')}}`)
  const json = (read: (role: FoundRole) => unknown) => roles.map((role) => JSON.stringify(read(role)))
  const numbers = (read: (role: FoundRole) => number) => roles.map(read)
  const into = showsEarly
    ? { table: sql('potential_roles'), column: sql`, calculation`, value: sql`, ${session.calculation}::integer` }
    : { table: sql('staged_roles'), column: sql``, value: sql`` }
  await sql`
    insert into ${into.table} (${sql(['tenant_id', 'id', 'session_id', ...foundColumns])}${into.column})
    select ${tenantId}, found.id, ${session.id}, found.identities::integer[],
      found.entitlements::integer[], found.granted::integer[], found.organisation::integer[], found.common::integer[],
      found.common_granted::integer[], found.common_organisation::integer[], found.organisation_size,
      found.identity_count, found.entitlement_count, found.density, found.freshness, found.quality, found.spreads::jsonb,
      lower(found.attribute_values)::text[],
      found.usages::jsonb, nullif(found.explanation::jsonb, 'null'), found.left_out::jsonb${into.value}
    from unnest(${ids}::uuid[],
      ${texts((role) => role.identityKeys)}::text[],
      ${texts((role) => keysOf(role.entitlements))}::text[],
      ${texts((role) => grantedOf(role.entitlements))}::text[],
      ${texts((role) => organisationOf(role.entitlements))}::text[],
      ${texts((role) => keysOf(role.commonAccess))}::text[],
      ${texts((role) => grantedOf(role.commonAccess))}::text[],
      ${texts((role) => organisationOf(role.commonAccess))}::text[],
      ${numbers((role) => role.organisationSize)}::integer[],
      ${numbers((role) => role.identityKeys.length)}::integer[],
      ${numbers((role) => role.entitlements.length)}::integer[],
      ${numbers((role) => role.density)}::smallint[],
      ${numbers((role) => role.freshness)}::smallint[],
      ${numbers((role) => role.quality)}::smallint[],
      ${json(distributionOf)}::text[],
      ${roles.map(valuesOf)}::text[],
      ${json(usageOf)}::text[],
      ${json((role) => role.explanation)}::text[],
      ${json((role) => role.leftOut)}::text[]
    ) found (id, identities, entitlements, granted, organisation, common, common_granted, common_organisation,
      organisation_size, identity_count, entitlement_count, density, freshness, quality, spreads, attribute_values,
      usages, explanation, left_out)
    on conflict do nothing`
}

/**
 * Makes all staged roles visible. A role that is visible already, by its id, keeps the changes of people and gets the new
 * figures.
 */
export async function showRoles(sql: TenantSql, { session }: TakenCalculation): Promise<void> {
  const columns = sql(['tenant_id', 'id', 'session_id', ...foundColumns])
  await sql`
    insert into potential_roles (${columns}, calculation)
    select ${columns}, ${session.calculation} from staged_roles where session_id = ${session.id}
    on conflict (tenant_id, id) do update set calculation = excluded.calculation, ${foundBy(sql, 'excluded')}`
  await sql`delete from staged_roles where session_id = ${session.id}`
}

/** The columns that a calculation writes, in the order in which they are stored. */
const foundColumns = [
  'identity_keys',
  'entitlement_keys',
  'granted_counts',
  'organisation_counts',
  'common_entitlement_keys',
  'common_granted_counts',
  'common_organisation_counts',
  'organisation_size',
  'identity_count',
  'entitlement_count',
  'density',
  'freshness',
  'quality',
  'identity_distribution',
  'attribute_values',
  'source_usage',
  'explanation',
  'left_out',
]

/** Assignments of these columns from another row. */
export function foundBy(sql: TenantSql, row: 'excluded' | 'fresh') {
  return foundColumns.flatMap((column, index) => [
    index === 0 ? sql`` : sql`,`,
    sql`${sql(column)} = ${sql(row)}.${sql(column)}`,
  ])
}

function keysOf(entitlements: readonly CountedEntitlement[]): number[] {
  return entitlements.map(({ entitlementKey }) => entitlementKey)
}

function grantedOf(entitlements: readonly CountedEntitlement[]): number[] {
  return entitlements.map(({ grantedCount }) => grantedCount)
}

function organisationOf(entitlements: readonly CountedEntitlement[]): number[] {
  return entitlements.map(({ organisationCount }) => organisationCount)
}

function distributionOf({ spreads }: FoundRole) {
  return spreads.map(({ attribute, values }) => ({
    attributeName: attribute,
    distribution: values.map(({ value, count }) => ({ attributeValue: value, count })),
  }))
}

/** Every value once, as the text of an SQL array. */
function valuesOf({ spreads }: FoundRole): string {
  const values = new Set(spreads.flatMap(({ values }) => values.flatMap(({ value }) => value ?? [])))
  return `{${Array.from(values, (value) => `"${value.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`
}

function usageOf({ usages }: FoundRole) {
  return Object.fromEntries(usages.map(({ applicationKey, identityCount }) => [applicationKey, { identityCount }]))
}
