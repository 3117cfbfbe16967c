import type { Sql } from '@assay/store'
import type { BenchPlatform } from './bench-platform.ts'
import type { Read } from './c1-reads.ts'
import { requestBytes } from './http-load.ts'

/** Pages of 250, as scripts request them, and the same reads as hand-written SQL. */
export async function neighbourReads({ token, tenantId, owner }: BenchPlatform): Promise<readonly Read[]> {
  const fields = { Authorization: `Bearer ${token}` }
  const get = (path: string) => requestBytes('GET', `/v2025${path}`, fields)
  const [{ people }] = await owner.sql<[{ people: number }]>`
    select count(*)::integer as people from identities where tenant_id = ${tenantId}`
  const [{ source }] = await owner.sql<[{ source: string }]>`
    select id as source from applications where tenant_id = ${tenantId} order by key limit 1`
  const [{ person }] = await owner.sql<[{ person: string }]>`
    select id as person from identities where tenant_id = ${tenantId} and key = ${people >> 1}`
  const named = encodeURIComponent
  const identities = (offset: number) => (sql: Sql) =>
    sql`
    select i.*, (select m.display_name from identities m where m.tenant_id = i.tenant_id and m.id = i.manager_id) as manager,
      exists (select from identities r where r.tenant_id = i.tenant_id and r.manager_id = i.id and r.manager_id <> '') as leads
    from (
      select * from identities where tenant_id = ${tenantId} and status <> 'deleted' order by id limit 250 offset ${offset}
    ) i order by i.id`
  return [
    { name: 'identities', request: get('/identities?limit=250'), bySql: identities(0) },
    {
      name: 'identities from the middle',
      request: get(`/identities?limit=250&offset=${people >> 1}`),
      bySql: identities(people >> 1),
    },
    {
      name: 'one identity by its id',
      request: get(`/identities?filters=${named(`id eq "${person}"`)}`),
      bySql: (sql) => sql`
        select i.*, (select m.display_name from identities m where m.tenant_id = i.tenant_id and m.id = i.manager_id) as manager,
          exists (select from identities r where r.tenant_id = i.tenant_id and r.manager_id = i.id and r.manager_id <> '') as leads
        from identities i where tenant_id = ${tenantId} and id = ${person}`,
    },
    {
      name: 'entitlements',
      request: get('/entitlements?limit=250'),
      bySql: (sql) => sql`
        select e.*, a.id as application_id, a.display_name as application from entitlements e
        join applications a on a.tenant_id = e.tenant_id and a.key = e.application_key
        where e.tenant_id = ${tenantId} and not e.deleted order by e.id, a.id limit 250`,
    },
    {
      name: 'accounts of one identity',
      request: get(`/accounts?filters=${named(`identityId eq "${person}"`)}`),
      bySql: (sql) => sql`
        select i.id, i.display_name, a.id as application_id, a.display_name as application, array_agg(e.id) as held
        from identities i
        join snapshots s on s.tenant_id = i.tenant_id
        join grants g on g.import_id = s.import_id and g.identity_key = i.key
        join entitlements e on e.tenant_id = i.tenant_id and e.key = g.entitlement_key
        join applications a on a.tenant_id = i.tenant_id and a.key = e.application_key
        where i.tenant_id = ${tenantId} and i.id = ${person} group by 1, 2, 3, 4`,
    },
    {
      name: 'accounts of one source',
      request: get(`/accounts?limit=250&filters=${named(`sourceId eq "${source}"`)}`),
      bySql: (sql) => sql`
        select i.id, i.display_name, held.ids from (
          select g.identity_key, array_agg(e.id) as ids from grants g
          join entitlements e on e.tenant_id = g.tenant_id and e.key = g.entitlement_key
          join applications a on a.tenant_id = e.tenant_id and a.key = e.application_key
          where g.import_id = (select import_id from snapshots where tenant_id = ${tenantId}) and a.id = ${source}
          group by 1 order by 1 limit 250
        ) held join identities i on i.tenant_id = ${tenantId} and i.key = held.identity_key`,
    },
    {
      name: 'accounts',
      request: get('/accounts?limit=250'),
      bySql: (sql) => sql`
        select i.id, i.display_name, a.id as application_id, a.display_name as application, array_agg(e.id) as held
        from (select * from identities where tenant_id = ${tenantId} and status <> 'deleted' order by key limit 250) i
        join snapshots s on s.tenant_id = i.tenant_id
        join grants g on g.import_id = s.import_id and g.identity_key = i.key
        join entitlements e on e.tenant_id = i.tenant_id and e.key = g.entitlement_key
        join applications a on a.tenant_id = i.tenant_id and a.key = e.application_key
        group by i.key, 1, 2, 3, 4 order by i.key limit 250`,
    },
  ]
}
