import { randomUUID } from 'node:crypto'
import { inTenant, type Sql, type TenantSql } from '@assay/store'

/** Inserts a small organisation by SQL: five people, two sources, four entitlements, usage of one source. */
export async function insertOrganisation(sql: Sql, tenantId: number): Promise<void> {
  const people = ['Ada', 'ben', 'Chi', 'Dee', 'Eve']
  await inTenant(sql, tenantId, async (scoped) => {
    for (const [i, name] of people.entries()) {
      await scoped`
        insert into identities (tenant_id, key, id, display_name, email, department, job_title, status, type, attributes,
          name_order, email_order)
        values (${tenantId}, ${i + 1}, ${`i${i + 1}`}, ${name}, ${`${name.toLowerCase()}@example.com`}, 'Sales',
          ${i < 3 ? 'Clerk' : ''}, 'enabled', 'human', ${scoped.json(i === 0 ? { location: 'Oslo', projects: ['Apollo', 'Zeus'] } : {})},
          ${name.toLowerCase()}, ${`${name.toLowerCase()}@example.com`})`
    }
    for (const [key, id, name] of [
      [1, 'crm', 'CRM'],
      [2, 'mail', 'Mail'],
    ] as const) {
      await scoped`
        insert into applications (tenant_id, key, id, display_name, name_order, usage_through)
        values (${tenantId}, ${key}, ${id}, ${name}, ${name.toLowerCase()},
          ${id === 'crm' ? scoped`current_date` : null})`
    }
    for (const [key, application, id, name] of [
      [1, 1, 'crm-read', 'Read accounts'],
      [2, 1, 'crm-write', 'Write accounts'],
      [3, 2, 'mailbox', 'Mailbox'],
      [4, 2, 'all-staff', 'All staff'],
    ] as const) {
      await scoped`
        insert into entitlements (tenant_id, key, application_key, id, display_name, description, attribute, name_order)
        values (${tenantId}, ${key}, ${application}, ${id}, ${name}, ${key === 1 ? 'May read' : ''}, 'groups',
          ${name.toLowerCase()})`
    }
    await scoped`
      insert into usage (tenant_id, identity_key, application_key, days_used, last_day)
      values (${tenantId}, 2, 1, 25, '2026-11-01'), (${tenantId}, 3, 1, 4, '2026-11-01')`
  })
}

interface TestRole {
  readonly session?: string
  readonly name?: string
  readonly saved?: boolean
  readonly identityKeys?: number[]
  readonly density?: number
  readonly createdAt?: string
}

export async function insertSession(
  sql: TenantSql,
  tenantId: number,
  given: { readonly name?: string; readonly type?: 'SPECIALIZED' | 'COMMON'; readonly createdByName?: string } = {},
): Promise<string> {
  const id = randomUUID()
  const by = given.createdByName ?? null
  await sql`
    insert into mining_sessions (tenant_id, id, name, type, scoping_method, scope, min_identities, state, created_by_id,
      created_by_name)
    values (${tenantId}, ${id}, ${given.name ?? null}, ${given.type ?? 'SPECIALIZED'}, ${by === null ? 'AUTO_RM' : 'MANUAL'},
      ${sql.json({ identityIds: [], criteria: null, attributeFilterCriteria: null })}, 2, 'POTENTIAL_ROLES_CREATED',
      ${by && `id-${by}`}, ${by})`
  return id
}

/**
 * Inserts a role of all five people: reading (5 of 5), writing (3 of 5) and mailboxes (4 of 5) as its entitlements, all-staff
 * as common access.
 */
export async function insertRole(sql: TenantSql, tenantId: number, sessionId: string, given: TestRole = {}) {
  const id = randomUUID()
  const identities = given.identityKeys ?? [1, 2, 3, 4, 5]
  const distribution = [
    {
      attributeName: 'job_title',
      distribution: [
        { attributeValue: 'Clerk', count: 3 },
        { attributeValue: null, count: 2 },
      ],
    },
  ]
  await sql`
    insert into potential_roles (tenant_id, id, session_id, calculation, name, saved, identity_keys, entitlement_keys,
      granted_counts, organisation_counts, common_entitlement_keys, common_granted_counts, common_organisation_counts,
      organisation_size, identity_count, entitlement_count, density, freshness, quality, identity_distribution,
      attribute_values, source_usage, created_at, modified_at)
    values (${tenantId}, ${id}, ${sessionId}, 1, ${given.name ?? null}, ${given.saved ?? false}, ${identities}::integer[],
      '{1,3,2}', '{5,4,3}', '{6,4,8}', '{4}', '{5}', '{8}', 8, ${identities.length}, 3, ${given.density ?? 80}, 100,
      ${Math.floor(((given.density ?? 80) + 100) / 2 + 0.5)}, ${sql.json(distribution)}, '{clerk}',
      ${sql.json({ '1': { identityCount: 2 } })}, ${given.createdAt ?? '2026-01-01T00:00:00Z'},
      ${given.createdAt ?? '2026-01-01T00:00:00Z'})`
  return id
}
