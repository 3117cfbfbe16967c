import { attemptOnce, oneAttempt } from '@assay/jobs/testing'
import { inTenant } from '@assay/store'
import { expect, test } from 'vitest'
import { compositionWork } from './composition-work.ts'
import { loadWork } from './load-work.ts'
import { abortLoad, beginLoad, confirmLoad, createLoad, getLoad } from './loads.ts'
import { putSourceMap } from './source-maps.ts'
import { createSource, deleteSource, listSources, updateSource } from './sources.ts'
import { removeDeadLoadUploads } from './stored-content.ts'
import {
  bytesOf,
  compose,
  composing,
  db,
  importNatively,
  inForce,
  load,
  loading,
  openLoad,
  sql,
  tenant,
  tenantId,
  tools,
  useTenants,
} from './testing-tenant.ts'
import { uploadLoadFile } from './upload-load-file.ts'

await useTenants()

const people = 'id,display_name,email,department\np1,Ana Ruiz,ana@example.org,\np2,Ben Ode,ben@example.org,\n'
const pairs = 'user,entitlement,application\np1,read,crm\np2,write,crm\n'

const bad: readonly [name: string, files: Record<string, string>, says: RegExp][] = [
  ['an empty file', { 'people.csv': '' }, /No file holds access data.*people\.csv/],
  ['a file that no map takes', { 'x.csv': 'a,b\n1,2\n' }, /x\.csv.*no map takes it/],
  ['a header without rows', { 'people.csv': 'id,display_name,email,department\n' }, /no record|No file holds/],
  [
    'an unknown status',
    { 'people.csv': 'id,display_name,department,status\np1,Ana,,asleep\n' },
    /people\.csv:2 status: "asleep"/,
  ],
  [
    'two rows of one person that disagree',
    { 'people.csv': 'id,display_name,department\np1,Ana,Sales\np1,Ana,Finance\n' },
    /people\.csv:3.*"Finance" here and "Sales" in people\.csv:2/,
  ],
  [
    'a day that is none',
    { 'grants.csv': 'identity_id,entitlement_id,granted_at\np1,x,31.31.2025\n' },
    /granted_at.*31\.31\.2025/,
  ],
]

test.each(bad)('%s changes nothing and is told', async (_, files, says) => {
  await load('hr', { 'people.csv': people })
  const before = await inForce()
  const failed = await load('hr', files)
  expect(failed).toMatchObject({ state: 'failed', files: [] })
  expect(failed.errorMessage).toMatch(says)
  expect(await inForce()).toEqual(before)
  // The source can be loaded again.
  expect(await load('hr', { 'people.csv': people })).toMatchObject({ state: 'committed' })
})

test('rows at fault are left out when asked', async () => {
  const loaded = await load(
    'hr',
    { 'people.csv': 'id,display_name,department,status\np1,Ana,,asleep\np2,Ben,,active\n' },
    { skipInvalid: true },
  )
  expect(loaded).toMatchObject({
    state: 'committed',
    faultCount: 1,
    faults: [{ file: 'people.csv', at: 2, column: 'status' }],
  })
  expect((await inForce()).people).toEqual(['p2 Ben'])
})

test('a source has one load that has not ended', async () => {
  const first = await openLoad('hr', { 'people.csv': people })
  await expect(openLoad('hr', {})).rejects.toMatchObject({
    kind: 'aborted',
    reason: 'LOAD_IN_PROGRESS',
    metadata: { loadId: first.id },
  })
  await tenant((scoped) => abortLoad(scoped, first.id))
  await expect(openLoad('hr', {})).resolves.toMatchObject({ state: 'open' })
})

test('a load that is given up while it is read stores nothing, and the next one begins', async () => {
  const { id } = await openLoad('hr', { 'people.csv': people })
  await tenant((scoped) => beginLoad(scoped, tenantId, id))
  const task = await loading.takeUp({ tenantId, loadId: id })
  await tenant((scoped) => abortLoad(scoped, id))
  if (task === undefined) throw new Error('there is nothing to read')
  await expect(loading.run(task, oneAttempt())).resolves.toBeUndefined()
  expect(await getLoad(sql, tenantId, id)).toMatchObject({ state: 'aborted', counts: undefined })
  expect(await load('hr', { 'people.csv': people })).toMatchObject({ state: 'committed' })
})

test('a load without a file, of the import API, or of no source is refused', async () => {
  const { id } = await openLoad('hr', {})
  await expect(tenant((scoped) => beginLoad(scoped, tenantId, id))).rejects.toMatchObject({
    kind: 'failed_precondition',
  })
  const load = { createdBy: 'tester', skipInvalid: false, reading: {} }
  await expect(tenant((scoped) => createLoad(scoped, tenantId, 'native', load))).rejects.toMatchObject({
    kind: 'failed_precondition',
  })
  await expect(tenant((scoped) => createLoad(scoped, tenantId, 'nobody', load))).rejects.toMatchObject({
    kind: 'not_found',
  })
  await expect(uploadLoadFile(sql, tenantId, '999999', 'x.csv', bytesOf('a'))).rejects.toMatchObject({
    kind: 'not_found',
  })
})

test('a person that HR drops is gone with her grants, and returns under her key', async () => {
  await load('hr', { 'people.csv': people })
  await load('crm', { 'pairs.csv': pairs })
  const before = await inForce()
  expect(before.grants).toEqual(['p1 crm read', 'p2 crm write'])
  await load('hr', { 'people.csv': people.replace(/p2.*\n/, '') })
  expect(await inForce()).toMatchObject({ people: ['p1 Ana Ruiz ana@example.org'], grants: ['p1 crm read'] })
  await load('hr', { 'people.csv': people })
  expect(await inForce()).toEqual(before)
})

test('a load that changes nothing says so, makes no snapshot, and is analysed only when that is asked for', async () => {
  const analysed: string[] = []
  const asking = compositionWork({
    ...tools,
    participants: [async () => void analysed.push('changed')],
    analyse: async () => void analysed.push('asked'),
    onComposed: () => {},
  })
  const deliver = async (content: string, analyse = false) => {
    const { id } = await openLoad('hr', { 'people.csv': content })
    await tenant((scoped) => beginLoad(scoped, tenantId, id, { analyse }))
    await attemptOnce(loading, { tenantId, loadId: id })
    await attemptOnce(asking, { tenantId })
    const [snapshot] = await tenant(
      (scoped) => scoped<{ importId: number }[]>`select import_id as "importId" from snapshots`,
    )
    return { ...(await getLoad(sql, tenantId, id)), snapshot: snapshot?.importId }
  }
  const first = await deliver(people)
  expect(first).toMatchObject({ state: 'committed', changedNothing: false })
  const again = await deliver(people)
  expect(again).toMatchObject({
    state: 'committed',
    changedNothing: true,
    counts: { people: 2 },
    snapshot: first.snapshot,
  })
  expect(analysed).toEqual(['changed'])
  expect(await deliver(people, true)).toMatchObject({ changedNothing: true, snapshot: first.snapshot })
  expect(analysed).toEqual(['changed', 'asked'])
  expect(await deliver(people.replace('Ana', 'Anna'))).toMatchObject({ changedNothing: false })
  expect(analysed).toEqual(['changed', 'asked', 'changed'])
})

test('grants of two sources are one, and end with the last of them', async () => {
  await load('hr', { 'people.csv': people })
  await load('crm', { 'pairs.csv': pairs })
  await load('crm-too', { 'more.csv': 'user,entitlement,application\np1,read,crm\n' })
  await load('crm', { 'pairs.csv': 'user,entitlement,application\np2,write,crm\n' })
  expect((await inForce()).grants).toEqual(['p1 crm read', 'p2 crm write'])
  await tenant((scoped) => deleteSource(scoped, tenantId, 'crm-too', { confirm: true }))
  await compose()
  expect((await inForce()).grants).toEqual(['p2 crm write'])
})

test('of an attribute the first source with a value wins, in the order that the tenant gives', async () => {
  await load('hr', { 'people.csv': 'id,display_name,email,department\np1,Ana Ruiz,ana@example.org,Sales\n' })
  await load('ad', { 'users.csv': 'id,display_name,email,department,city\np1,A. Ruiz,ana@example.org,Money,Rome\n' })
  expect((await inForce()).people).toEqual(['p1 Ana Ruiz ana@example.org Sales {"city": "Rome"}'])
  await tenant((scoped) => updateSource(scoped, tenantId, 'ad', { order: 1 }, { confirm: true }))
  expect((await tenant(listSources)).map(({ name, order }) => [name, order])).toEqual([
    ['ad', 1],
    ['hr', 2],
  ])
  await compose()
  expect((await inForce()).people).toEqual(['p1 A. Ruiz ana@example.org Money {"city": "Rome"}'])
})

test('held loads come into force with the one that is not, once', async () => {
  await load('hr', { 'people.csv': people }, { hold: true })
  expect((await inForce()).people).toEqual([])
  await load('crm', { 'pairs.csv': pairs })
  expect((await inForce()).grants).toEqual(['p1 crm read', 'p2 crm write'])
  const [hr, crm] = (await tenant(listSources)).map(({ newestLoad }) => newestLoad?.importId)
  expect(hr).toBe(crm)
})

test('--only retires all others, imports too', async () => {
  await importNatively({ 'identities.csv': 'id\ndemo\n', 'grants.csv': 'identity_id,entitlement_id\ndemo,x\n' })
  await load('hr', { 'people.csv': people }, { only: true })
  expect(await inForce()).toMatchObject({
    grants: [],
    people: ['p1 Ana Ruiz ana@example.org', 'p2 Ben Ode ben@example.org'],
  })
  expect((await tenant(listSources)).map(({ name }) => name)).toEqual(['hr'])
  await expect(tenant((scoped) => deleteSource(scoped, tenantId, 'hr'))).rejects.toMatchObject({
    kind: 'failed_precondition',
  })
})

test('a worker that dies while it reads leaves nothing, and the next one does it all', async () => {
  const { id } = await openLoad('hr', { 'people.csv': people })
  await tenant((scoped) => beginLoad(scoped, tenantId, id))
  const dying = loadWork({
    ...tools,
    guard: {
      ofLoad: () => Promise.reject(new Error('killed')),
      ofComposition: () => undefined,
    },
  })
  await load('crm', { 'pairs.csv': pairs })
  // A guard is called only for a source that has records.
  await attemptOnce(loading, { tenantId, loadId: id })
  await compose()
  const again = await openLoad('hr', { 'people.csv': people.replace('Ana', 'Anna') })
  await tenant((scoped) => beginLoad(scoped, tenantId, again.id))
  await expect(attemptOnce(dying, { tenantId, loadId: again.id })).rejects.toThrow('killed')
  expect(await getLoad(sql, tenantId, again.id)).toMatchObject({ state: 'reading', counts: undefined })
  await attemptOnce(loading, { tenantId, loadId: again.id })
  await compose()
  expect((await inForce()).people[0]).toContain('Anna')
})

test('a worker that dies while it composes leaves its import to the next one', async () => {
  const { id } = await openLoad('hr', { 'people.csv': people })
  await tenant((scoped) => beginLoad(scoped, tenantId, id))
  await attemptOnce(loading, { tenantId, loadId: id })
  const stopping = AbortSignal.timeout(0)
  await attemptOnce(composing, { tenantId }, stopping).catch(() => {})
  await compose()
  expect(await getLoad(sql, tenantId, id)).toMatchObject({ state: 'committed' })
  const [row] = await tenant(
    (scoped) => scoped<{ count: number }[]>`select count(*) from imports where state = 'committing'`,
  )
  expect(Number(row?.count)).toBe(0)
})

/** A composition of all waiting loads, which is cancelled just before or just after it comes into force. */
function cancelledComposition(when: 'before' | 'after') {
  const asked = new AbortController()
  const work = compositionWork({
    ...tools,
    participants:
      when === 'after'
        ? []
        : [
            async () => {
              asked.abort()
              asked.signal.throwIfAborted()
            },
          ],
    analyse: async () => {},
    onComposed: () => asked.abort(),
  })
  return attemptOnce(work, { tenantId }, undefined, asked.signal)
}

const staged = async (source: string, content: string) => {
  const { id } = await openLoad(source, { 'people.csv': content })
  await tenant((scoped) => beginLoad(scoped, tenantId, id))
  await attemptOnce(loading, { tenantId, loadId: id })
  return id
}

const openImports = () =>
  tenant(async (scoped) => (await scoped`select from imports where state in ('open', 'committing')`).count)

test('a composition that is cancelled brings nothing into force, leaves no import open, and the next load is', async () => {
  await load('hr', { 'people.csv': people })
  const before = await inForce()
  const id = await staged('hr', `${people}p3,Cy Low,cy@example.org,\n`)
  await cancelledComposition('before')
  const message = 'Putting the sources together was cancelled.'
  expect(await getLoad(sql, tenantId, id)).toMatchObject({ state: 'failed', errorMessage: message, files: [] })
  expect([await inForce(), await openImports()]).toEqual([before, 0])
  // There are no other requests.
  await compose()
  expect(await inForce()).toEqual(before)
  expect(await load('hr', { 'people.csv': `${people}p4,Di Orr,di@example.org,\n` })).toMatchObject({
    state: 'committed',
  })
  expect((await inForce()).people).toHaveLength(3)
})

test('a composition whose worker died and that is cancelled before another takes it leaves no import open', async () => {
  const id = await staged('hr', people)
  const dying = new AbortController()
  const work = compositionWork({
    ...tools,
    participants: [
      async () => {
        dying.abort(new Error('killed'))
        dying.signal.throwIfAborted()
      },
    ],
    analyse: async () => {},
    onComposed: () => {},
  })
  await expect(attemptOnce(work, { tenantId }, dying.signal)).rejects.toThrow('killed')
  expect(await openImports()).toBe(1)
  await attemptOnce(composing, { tenantId }, undefined, AbortSignal.abort())
  expect(await openImports()).toBe(0)
  expect(await getLoad(sql, tenantId, id)).toMatchObject({ state: 'failed' })
  await expect(
    importNatively({ 'identities.csv': 'id\nn1\n', 'grants.csv': 'identity_id,entitlement_id\nn1,e1\n' }),
  ).resolves.toMatchObject({
    state: 'committed',
  })
})

test('a composition that is cancelled when it is in force stays in force, and nothing says that it failed', async () => {
  await load('hr', { 'people.csv': people })
  const id = await staged('hr', `${people}p3,Cy Low,cy@example.org,\n`)
  await cancelledComposition('after')
  expect(await getLoad(sql, tenantId, id)).toMatchObject({ state: 'committed' })
  expect((await inForce()).people).toHaveLength(3)
  expect((await tenant((scoped) => scoped`select from ledger_entries where kind = 'load.fail'`)).count).toBe(0)
})

test('what removes much waits until it is confirmed', async () => {
  await load('hr', { 'people.csv': people })
  const { id } = await openLoad('hr', { 'people.csv': people.replace(/p2.*\n/, '') })
  await tenant((scoped) => beginLoad(scoped, tenantId, id))
  const none = { before: 0, removed: 0 }
  const removals = { people: { before: 2, removed: 1 }, grants: none, links: none }
  const careful = loadWork({ ...tools, guard: { ofLoad: async () => removals, ofComposition: () => undefined } })
  await attemptOnce(careful, { tenantId, loadId: id })
  await compose()
  expect(await getLoad(sql, tenantId, id)).toMatchObject({ state: 'awaiting_confirmation', removals })
  expect((await inForce()).people).toHaveLength(2)
  await tenant((scoped) => confirmLoad(scoped, tenantId, id, 'boss'))
  await compose()
  expect(await getLoad(sql, tenantId, id)).toMatchObject({ state: 'committed', confirmedBy: 'boss' })
  expect((await inForce()).people).toHaveLength(1)
})

test('a map of its own reads a source, and a wrong one is refused with its line', async () => {
  await tenant((scoped) => createSource(scoped, tenantId, 'erp', {}, 'tester'))
  const map = [
    'map: 1',
    'name: erp',
    'inputs: {users: {columns: [login, role]}}',
    'identities:',
    '  - {from: users, id: login}',
    'grants:',
    '  - {from: users, application: {text: erp}, holder: {column: login, match: id}, entitlement: role}',
    '',
  ].join('\n')
  await expect(
    tenant((scoped) => putSourceMap(scoped, tenantId, 'erp', map.replace('id: login', 'di: login'), 'tester')),
  ).rejects.toMatchObject({ kind: 'invalid_argument', message: expect.stringMatching(/content:5: /) })
  expect(await tenant((scoped) => putSourceMap(scoped, tenantId, 'erp', map, 'tester'))).toMatchObject({ version: 1 })
  expect(await tenant((scoped) => putSourceMap(scoped, tenantId, 'erp', map, 'tester'))).toMatchObject({ version: 1 })
  expect(await load('erp', { 'e.csv': 'login,role\nu1,clerk\nu2,boss\n' })).toMatchObject({
    state: 'committed',
    mapVersion: 1,
  })
  expect((await inForce()).grants).toEqual(['u1 erp clerk', 'u2 erp boss'])
})

test('another tenant sees none of it', async () => {
  const loaded = await load('hr', { 'people.csv': people })
  const elsewhere = await db.tenantId()
  await expect(getLoad(sql, elsewhere, loaded.id)).rejects.toMatchObject({ kind: 'not_found' })
  const counts = await inTenant(sql, elsewhere, async (scoped) => {
    expect(await listSources(scoped)).toEqual([])
    return Promise.all(
      ['sources', 'source_loads', 'source_people', 'source_grants', 'source_account_owners'].map(async (table) => {
        const rows = await scoped`select from ${scoped(table)}`
        return rows.count
      }),
    )
  })
  expect(counts).toEqual([0, 0, 0, 0, 0])
  await expect(
    inTenant(sql, elsewhere, (scoped) =>
      createLoad(scoped, elsewhere, 'hr', { createdBy: 'x', skipInvalid: false, reading: {} }),
    ),
  ).rejects.toMatchObject({ kind: 'not_found' })
})

test('the same load again changes nothing', async () => {
  await load('hr', { 'people.csv': people })
  const before = await inForce()
  await load('hr', { 'people.csv': people })
  expect(await inForce()).toEqual(before)
  const same = await tenant((scoped) => scoped`select from imports where same_content_as is not null`)
  expect(same.count).toBe(1)
})

test('uploads of processes that died refuse no other, and are removed in time', async () => {
  const left = await openLoad('left', {})
  await tenant(
    (scoped) => scoped`
      insert into source_files (tenant_id, load_id, name, live_until)
      select ${tenantId}, ${Number(left.id)}, 'f' || n, now() - interval '1 second' from generate_series(1, 8) n`,
  )
  await openLoad('hr', { 'people.csv': 'id\n1\n' })
  await removeDeadLoadUploads(sql)
  const names = await tenant((scoped) => scoped<{ name: string }[]>`select name from source_files`)
  expect(names.map(({ name }) => name)).toEqual(['people.csv'])
})
