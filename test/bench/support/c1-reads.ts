import type { Sql } from '@assay/store'
import type { BenchPlatform } from './bench-platform.ts'
import { requestBytes } from './http-load.ts'

/** A call as a client sends it, and the same read as hand-written SQL. */
export interface Read {
  readonly name: string
  readonly request: Buffer
  readonly bySql: (sql: Sql) => Promise<unknown>
}

/** The calls by which users browse the results. */
export function readsOf({ token, tenantId }: BenchPlatform, suggestionId: string, department: string): readonly Read[] {
  const fields = { Authorization: `Bearer ${token}` }
  const base = '/api/v1/role-mining/suggestions'
  return [
    {
      name: 'ListSuggestions',
      // The same number of items as the SQL reads. Without it the page has 100.
      request: requestBytes('GET', `${base}?page_size=25`, fields),
      bySql: (sql) => sql`
        with page as (
          select * from role_mining_suggestions where tenant_id = ${tenantId}
          order by state <> 'new', confidence desc, id limit 25
        )
        select page.*, (select json_agg(named) from (${names(sql, tenantId)}) as named) as names from page`,
    },
    {
      name: 'GetSuggestion',
      request: requestBytes('GET', `${base}/${suggestionId}`, fields),
      bySql: (sql) => sql`
        select page.*, (select json_agg(named) from (${names(sql, tenantId)}) as named) as names
        from role_mining_suggestions page where tenant_id = ${tenantId} and id = ${suggestionId}`,
    },
    {
      name: 'Search',
      request: requestBytes('POST', '/api/v1/search/role-mining/suggestions', fields, { query: 'title' }),
      bySql: (sql) => sql`
        with page as (
          select * from role_mining_suggestions where tenant_id = ${tenantId} and search_text like '%title%'
          order by state <> 'new', confidence desc, id limit 25
        )
        select page.*, (select json_agg(named) from (${names(sql, tenantId)}) as named) as names from page`,
    },
    {
      name: 'SearchCohortUsers',
      request: requestBytes('POST', `${base}/${suggestionId}/users`, fields, {
        profileFilters: [{ attribute: 'department', values: [department] }],
      }),
      bySql: (sql) => sql`
        with cohort as (
          select identities.* from identities, role_mining_suggestions found
          where identities.tenant_id = ${tenantId} and found.tenant_id = ${tenantId} and found.id = ${suggestionId}
            and identities.status = 'enabled' and identities.type = 'human' and identities.department = ${department}
            and not exists (
              select from jsonb_array_elements(found.cohort_filters) as filter
              where not filter->'values' ? coalesce(case filter->>'attribute'
                when 'department' then department when 'job_title' then job_title when 'manager' then manager_id
                when 'employment_type' then employment_type when 'employment_status' then employment_status
                else attributes->>(filter->>'attribute') end, ''))
        )
        select cohort.*, (select count(*) from cohort) as total from cohort order by key limit 25`,
    },
  ]
}

/** The names of the entitlements of `page`. */
function names(sql: Sql, tenantId: number) {
  return sql`
    select entitlements.id, entitlements.display_name, applications.id as application_id, applications.display_name as application
    from jsonb_array_elements(page.entitlements) as given
    join entitlements on entitlements.tenant_id = ${tenantId} and entitlements.key = (given->>'key')::integer
    join applications on applications.tenant_id = ${tenantId} and applications.key = entitlements.application_key`
}
