import {
  EntitlementInsightService,
  ListEntitlementHoldersRequest_Selection as Selection,
  Containing_State as State,
} from '@assay/contracts/assay/insight/v1/entitlement_insight_service_pb'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { analyse, failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { entitlementInsightService } from './entitlement-insight-service.ts'

let running: TestService
let tenant: number

beforeAll(async () => {
  running = await startTestService((router, service) =>
    router.service(EntitlementInsightService, entitlementInsightService(service)),
  )
  const { database } = running
  tenant = await database.tenantId('sample')
  const csv = toCsv(generateOrganisation({ seed: 1, identityCount: 400 }))
  const files = Object.fromEntries(csv.map(({ fileName, chunks }) => [fileName, [...chunks].join('')]))
  await importFiles(database.database.sql, tenant, files)
  await analyse(database.database.sql, tenant)
})
afterAll(() => running?.stop())

const client = () => running.client(EntitlementInsightService, tenant)

/** An entitlement that suggestions contain, read from the database. */
async function suggested() {
  const { sql } = running.database.owner
  const [found] = await sql<{ application_id: string; id: string; key: number; suggestions: number }[]>`
    select a.id as application_id, e.id, e.key,
      (select count(*)::integer from role_mining_suggestions other where other.tenant_id = s.tenant_id
        and other.entitlements @> jsonb_build_array(jsonb_build_object('key', e.key))) as suggestions
    from role_mining_suggestions s, jsonb_array_elements(s.entitlements) one
    join entitlements e on e.key = (one ->> 'key')::integer join applications a on a.key = e.application_key and a.tenant_id = e.tenant_id
    where s.tenant_id = ${tenant} and e.tenant_id = ${tenant} order by s.confidence desc, s.id, e.key limit 1`
  return found!
}

/** The ids of the enabled people who hold the entitlement, by SQL. */
async function holdersBySql(key: number): Promise<string[]> {
  const { sql } = running.database.owner
  const rows = await sql<{ id: string }[]>`
    select i.id from grants g join identities i on i.tenant_id = g.tenant_id and i.key = g.identity_key
    where g.tenant_id = ${tenant} and g.entitlement_key = ${key} and i.status = 'enabled' and i.type = 'human'
    order by i.key`
  return rows.map(({ id }) => id)
}

test('holders, conditions and what contains an entitlement are what SQL counts', async () => {
  const { application_id: applicationId, id: entitlementId, key, suggestions } = await suggested()
  const entitlements = [{ applicationId, entitlementId }]
  const insight = await client().describeEntitlements({ entitlements })
  const holders = await holdersBySql(key)
  expect(Number(insight.holders)).toBe(holders.length)
  expect(insight.containedIn.filter(({ state }) => state === State.NEW)).toHaveLength(suggestions)
  const { sql } = running.database.owner
  expect(insight.conditions.length).toBeGreaterThan(0)
  for (const { conditions, people, holders: held, precision, recall } of insight.conditions) {
    const columns: Record<string, string> = {
      department: 'department',
      job_title: 'job_title',
      manager: 'manager_id',
      employment_type: 'employment_type',
      employment_status: 'employment_status',
    }
    const matching = await sql<{ id: string }[]>`
      select id from identities where tenant_id = ${tenant} and status = 'enabled' and type = 'human'
        ${conditions.map(({ attribute, values }) => {
          const column = columns[attribute]
          return sql`and trim(${column === undefined ? sql`attributes ->> ${attribute}` : sql(column)}) = any(${values}::text[])`
        })}`
    const own = matching.filter(({ id }) => holders.includes(id)).length
    expect([Number(people), Number(held)]).toEqual([matching.length, own])
    expect([precision, recall]).toEqual([own / matching.length, own / holders.length])
  }
  expect(insight.sentences[0]).toBe(`${holders.length} of ${insight.people} enabled people hold it.`)
})

test('the people whose ids are values of conditions have their names in the answer', async () => {
  const { sql } = running.database.owner
  const entitlements = await sql<{ application_id: string; id: string }[]>`
    select a.id as application_id, e.id
    from entitlements e join applications a on a.key = e.application_key and a.tenant_id = e.tenant_id
    where e.tenant_id = ${tenant} order by e.key`
  const managers = new Map<string, string>()
  for (const { application_id: applicationId, id: entitlementId } of entitlements) {
    const { conditions, valueNames } = await client().describeEntitlements({
      entitlements: [{ applicationId, entitlementId }],
    })
    const shown = conditions.flatMap(({ conditions }) => conditions)
    const ids = new Set(shown.filter(({ attribute }) => attribute === 'manager').flatMap(({ values }) => values))
    expect(new Set(valueNames.map(({ value }) => value))).toEqual(ids)
    for (const { value, displayName } of valueNames) managers.set(value, displayName)
    if (managers.size >= 3) break
  }
  const named = await sql<{ id: string; display_name: string }[]>`
    select id, display_name from identities where tenant_id = ${tenant} and id = any(${[...managers.keys()]}::text[])`
  expect(named.length).toBeGreaterThan(0)
  expect(managers).toEqual(new Map(named.map(({ id, display_name }) => [id, display_name])))
})

test('pages of holders give each holder once, in the order of the directory, and those outside the pattern add up', async () => {
  const { application_id: applicationId, id: entitlementId, key } = await suggested()
  const entitlements = [{ applicationId, entitlementId }]
  const insight = await client().describeEntitlements({ entitlements })
  const all = async (selection: Selection) => {
    const found: string[] = []
    for (let pageToken = ''; ; ) {
      const page = await client().listEntitlementHolders({ entitlements, selection, pageSize: 7, pageToken })
      found.push(...page.people.map(({ person }) => person?.identityId ?? ''))
      if (page.nextPageToken === '') return found
      pageToken = page.nextPageToken
    }
  }
  const holders = await holdersBySql(key)
  expect(await all(Selection.HOLDERS)).toEqual(holders)
  const against = await all(Selection.AGAINST_PATTERN)
  expect(against).toHaveLength(Number(insight.againstPattern))
  expect(against.every((id) => holders.includes(id))).toBe(true)
  const lacking = await client().listEntitlementHolders({ entitlements, selection: Selection.LACKING, pageSize: 100 })
  expect(lacking.people).toHaveLength(Number(insight.lacking))
  for (const { person, lacking: missing } of lacking.people) {
    expect(holders).not.toContain(person?.identityId)
    expect(missing).toMatchObject([{ entitlementId }])
  }
})

test('what is asked wrongly says what is wrong', async () => {
  const describe = (entitlements: { applicationId?: string; entitlementId: string }[]) =>
    failureOf(client().describeEntitlements({ entitlements }))
  const { application_id: applicationId, id: entitlementId } = await suggested()
  const one = { applicationId, entitlementId }
  expect(await describe([])).toBe('InvalidArgument: entitlements: must name at least one entitlement')
  expect(await describe([one, one])).toBe('InvalidArgument: entitlements[1]: is named twice')
  expect(await describe(Array(21).fill(one))).toBe('InvalidArgument: entitlements: at most 20 entitlements, not 21')
  expect(await describe([{ entitlementId: 'nothing' }])).toBe('NotFound: entitlement "nothing" does not exist')
  const page = await client().listEntitlementHolders({ entitlements: [one], pageSize: 1 })
  const other = { entitlements: [one], selection: Selection.LACKING, pageToken: page.nextPageToken }
  expect(await failureOf(client().listEntitlementHolders(other))).toMatch(/^InvalidArgument: page_token: /)
  const stranger = running.client(EntitlementInsightService, await running.database.tenantId('empty'))
  expect(await failureOf(stranger.describeEntitlements({ entitlements: [one] }))).toBe(
    `NotFound: entitlement "${applicationId}/${entitlementId}" does not exist`,
  )
})
