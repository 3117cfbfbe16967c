import type { JsonObject } from '@bufbuild/protobuf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { observeTests } from '../compatibility/observe.ts'
import { importFiles } from '../platform/platform.ts'
import { type C1Platform, startC1Platform } from './furnished.ts'

// A client that pages while others write sees each object at most once, and all objects that exist from the first page to the last.

observeTests()
let platform: C1Platform
beforeAll(async () => {
  platform = await startC1Platform()
})
afterAll(() => platform?.stop())

interface Page extends JsonObject {
  list: { id: string }[]
  nextPageToken: string
}

/** All ids of a list, read page by page, with a write between the pages. */
async function turn(call: string, request: JsonObject, pageSize: number, write: (page: number) => Promise<unknown>) {
  const ids: string[] = []
  let pageToken = ''
  let pages = 0
  do {
    const page: Page = await platform.ask<Page>(call, { ...request, pageSize, pageToken })
    ids.push(...page.list.map(({ id }) => id))
    pageToken = page.nextPageToken
    pages += 1
    if (pageToken !== '') await write(pages)
  } while (pageToken !== '')
  expect(pages).toBeGreaterThan(2)
  expect(new Set(ids).size, 'nothing comes twice').toBe(ids.length)
  return ids
}
const idsOf = async (call: string, request: JsonObject = {}) =>
  (await platform.ask<Page>(call, { ...request, pageSize: 100 })).list.map(({ id }) => id)

for (const call of ['ListSuggestions', 'Search'])
  test(`${call} lists every suggestion once while others are added and deleted`, async () => {
    const { sql } = platform.db.owner
    const before = await idsOf(call)
    const written: string[] = []
    const ids = await turn(call, {}, 3, async () => {
      // Of the last two, the one that was read is deleted; one is added before the position of the page, and one after it.
      await sql`delete from role_mining_suggestions where id = any(${written}::uuid[]) and confidence > 0.99`
      for (const confidence of [0.999, 0.001]) {
        const { id } = (
          await sql<{ id: string }[]>`
          insert into role_mining_suggestions select (jsonb_populate_record(s, jsonb_build_object(
            'id', gen_random_uuid(), 'confidence', ${confidence}::float8))).* from role_mining_suggestions s
          where state = 'new' and tenant_id = ${await platform.tenantId()} limit 1 returning id`
        )[0]!
        written.push(id)
      }
    })
    expect(
      before.filter((id) => !ids.includes(id)),
      'nothing is lost',
    ).toEqual([])
    expect(ids.filter((id) => !before.includes(id) && !written.includes(id))).toEqual([])
    await sql`delete from role_mining_suggestions where id = any(${written}::uuid[])`
  })

for (const call of ['ListSuggestions', 'Search'])
  test(`${call} lists every suggestion once while states and confidences change`, async () => {
    const { sql } = platform.db.owner
    const before = await idsOf(call)
    const ids = await turn(call, {}, 3, async (page) => {
      // Items that were read move after the position of the page, and items that were not read move before it; the next page reverses this.
      const turned = page % 2 === 0
      await sql`
        update role_mining_suggestions set confidence = 1 - confidence, state = case
          when state = 'accepted' then state when (id::text < '8') = ${turned} then 'new' else 'dismissed' end
        where tenant_id = ${await platform.tenantId()}`
    })
    expect(ids).toEqual(before)
    expect((await idsOf(call)).toSorted()).toEqual(before.toSorted())
  })

test('ListRuns lists every run once while others are triggered', async () => {
  const { sql } = platform.db.owner
  await sql`
    insert into role_mining_runs select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(),
      'created_at', r.created_at - n * interval '1 second'))).* from role_mining_runs r, generate_series(1, 5) n
    where r.tenant_id = ${await platform.tenantId()}`
  const before = await idsOf('ListRuns')
  const ids = await turn('ListRuns', {}, 2, () => platform.ask('TriggerAnalysis'))
  expect(ids).toEqual(before)
})

test('ListCustomAnalysisResults lists every analysis once while others are triggered', async () => {
  const profileFilters = [{ attribute: 'department', values: [platform.ids.department] }]
  for (let i = 0; i < 5; i++) await platform.ask('TriggerCustomAnalysis', { profileFilters })
  const before = await idsOf('ListCustomAnalysisResults')
  const ids = await turn('ListCustomAnalysisResults', {}, 2, () =>
    platform.ask('TriggerCustomAnalysis', { profileFilters }),
  )
  expect(ids).toEqual(before)
})

test('SearchCohortUsers lists every person once while imports add and remove people', async () => {
  const { files, baseUrl, tokens, ids } = platform
  const request = { suggestionId: ids.analysis }
  const before = await idsOf('SearchCohortUsers', request)
  const [header = '', ...people] = files['identities.csv']!.trimEnd().split('\n')
  const columns = header.split(',')
  const cell = (line: string, name: string) => line.split(',')[columns.indexOf(name)]
  const example = people.find((line) => cell(line, 'id') === before[0])!
  const gone = before[1]!
  const pageSize = Math.ceil(before.length / 4)
  const seen = await turn('SearchCohortUsers', request, pageSize, async (page) => {
    const lines = people.filter((line) => cell(line, 'id') !== gone)
    for (let i = 0; i < page * 2; i++) lines.push(example.replaceAll(before[0]!, `newcomer-${i}`))
    const grants = files['grants.csv']!.split('\n').filter((line) => !line.split(',').includes(gone))
    const usage = (files['usage.csv'] ?? '').split('\n').filter((line) => !line.split(',').includes(gone))
    const orphaned = lines.map((line) =>
      line
        .split(',')
        .map((value, i) => (columns[i] === 'manager_id' && value === gone ? '' : value))
        .join(','),
    )
    await importFiles(baseUrl, tokens.admin, {
      ...files,
      'identities.csv': [header, ...orphaned].join('\n'),
      'grants.csv': grants.join('\n'),
      ...(files['usage.csv'] !== undefined && { 'usage.csv': usage.join('\n') }),
    })
  })
  expect(
    before.filter((id) => id !== gone && !seen.includes(id)),
    'no person is lost',
  ).toEqual([])
})
