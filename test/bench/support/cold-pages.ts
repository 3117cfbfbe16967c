import type { BenchPlatform } from './bench-platform.ts'
import { sailpointCalls } from './sailpoint-calls.ts'

/** Calls of one kind that have nothing in common: no two of them request the same item. */
export interface ColdPages {
  readonly name: string
  readonly token: 'conductorone' | 'sailpoint'
  readonly paths: readonly { readonly path: string; readonly body?: object }[]
}

const listed = 5
const mostPages = 150

/** Reads of pages with different items. They need an import and its analysis. */
export async function coldPages(platform: BenchPlatform): Promise<readonly ColdPages[]> {
  const { owner, tenantId, port, token } = platform
  const suggestions = await owner.sql<{ id: string; department: string | null }[]>`
    select id, (
      select filter->'values'->>0 from jsonb_array_elements(cohort_filters) as filter where filter->>'attribute' = 'department'
    ) as department
    from role_mining_suggestions where tenant_id = ${tenantId} order by state <> 'new', confidence desc, id`
  const people = await owner.sql<{ id: string }[]>`
    select id from identities where tenant_id = ${tenantId} and status = 'enabled' order by md5(id) limit ${mostPages}`
  const sailpoint = await sailpointCalls({ port, owner, tenantId })
  const { session } = await sailpoint.session({ name: 'Everybody' })

  const suggestionPages: string[] = []
  const base = '/api/v1/role-mining/suggestions'
  const half = suggestions.length / 2
  for (let pageToken = ''; suggestionPages.length * listed < half; ) {
    const path = `${base}?page_size=${listed}${pageToken && `&page_token=${encodeURIComponent(pageToken)}`}`
    suggestionPages.push(path)
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } })
    pageToken = ((await answer.json()) as { nextPageToken?: string }).nextPageToken ?? ''
    if (pageToken === '') break
  }
  const departments = new Map(suggestions.flatMap(({ id, department }) => (department ? [[department, id]] : [])))
  const roles = Math.min(mostPages, Math.floor(session.potentialRoleCount / listed))
  return [
    { name: 'ListSuggestions', token: 'conductorone', paths: suggestionPages.map((path) => ({ path })) },
    {
      name: 'GetSuggestion',
      token: 'conductorone',
      paths: suggestions
        .slice(Math.ceil(half), Math.ceil(half) + mostPages)
        .map(({ id }) => ({ path: `${base}/${id}` })),
    },
    {
      name: 'SearchCohortUsers',
      token: 'conductorone',
      paths: [...departments].map(([department, id]) => ({
        path: `${base}/${id}/users`,
        body: { profileFilters: [{ attribute: 'department', values: [department] }] },
      })),
    },
    {
      name: 'summaries of potential roles',
      token: 'sailpoint',
      paths: Array.from({ length: roles }, (_, page) => ({
        path: `/beta/role-mining-sessions/${session.id}/potential-role-summaries?limit=${listed}&offset=${page * listed}`,
      })),
    },
    {
      name: 'one identity by its id',
      token: 'sailpoint',
      paths: people.map(({ id }) => ({ path: `/v2025/identities?filters=${encodeURIComponent(`id eq "${id}"`)}` })),
    },
  ]
}
