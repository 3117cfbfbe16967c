import type { Sql } from '@assay/store'

/** A call of SailPoint's API, and what it reads written by hand in SQL. */
interface NeighbourRead {
  readonly name: string
  readonly path: string
  /** Of a POST. */
  readonly body?: object
  readonly bySql: (sql: Sql) => Promise<unknown>
}

const size = 250

/** Pages that scripts read around role mining, without nested documents. */
export function neighbourReads(tenantId: number): readonly NeighbourRead[] {
  const people = (sql: Sql) => sql`
    select person.id, person.display_name as name, person.email, person.username as alias, person.status, person.attributes,
      person.department, person.job_title, manager.id as manager_id, manager.display_name as manager_name,
      exists (select from identities report where report.tenant_id = ${tenantId} and report.manager_id = person.id
        and report.status <> 'deleted') as is_manager
    from (
      select * from identities where tenant_id = ${tenantId} and status <> 'deleted' order by id limit ${size}
    ) person
    left join identities manager on manager.tenant_id = ${tenantId} and manager.id = person.manager_id
    order by person.id`
  return [
    { name: 'identities', path: `/v2025/identities?limit=${size}`, bySql: people },
    {
      name: 'identities found, without nested documents',
      path: `/v3/search?limit=${size}`,
      body: {
        indices: ['identities'],
        query: { query: '*' },
        sort: ['id'],
        includeNested: false,
        queryResultFilter: {
          includes: ['name', 'displayName', 'email', 'status', 'manager', 'isManager', 'attributes'],
        },
      },
      bySql: people,
    },
    {
      name: 'sources',
      path: '/v3/sources',
      bySql: (sql) => sql`
        select id, display_name as name, description from applications
        where tenant_id = ${tenantId} and not deleted order by name_order, key limit ${size}`,
    },
    {
      name: 'entitlements',
      path: `/v2025/entitlements?limit=${size}`,
      bySql: (sql) => sql`
        select e.id, e.display_name as name, e.description, e.attribute, e.privileged, a.id as source_id,
          a.display_name as source_name
        from (
          select * from entitlements where tenant_id = ${tenantId} and not deleted order by name_order, key limit ${size}
        ) e
        join applications a on a.tenant_id = ${tenantId} and a.key = e.application_key order by e.name_order, e.key`,
    },
  ]
}
