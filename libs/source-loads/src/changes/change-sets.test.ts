import { attemptOnce } from '@assay/jobs/testing'
import { inTenant, removeAgedRows } from '@assay/store'
import { expect, test } from 'vitest'
import { agedLoads } from '../aged-rows.ts'
import { compositionWork } from '../composition-work.ts'
import { removalGuard } from '../guard.ts'
import { loadWork } from '../load-work.ts'
import { abortLoad, beginLoad, confirmLoad, createLoad, getLoad } from '../loads.ts'
import { putSourceMap } from '../source-maps.ts'
import { createSource, listSources } from '../sources.ts'
import {
  bytesOf,
  compose,
  db,
  inForce,
  load,
  openLoad,
  sql,
  tenant,
  tenantId,
  tools,
  useTenants,
} from '../testing-tenant.ts'
import { uploadLoadFile } from '../upload-load-file.ts'
import { applyChangeSet } from './apply-change-set.ts'
import { bring, grant, person, push, read, ungrant } from './testing-changes.ts'

await useTenants()

const crm = {
  'identities.csv': 'id,display_name,email\nana,Ana Ruiz,ana@example.org\nben,Ben Ode,ben@example.org\n',
  'grants.csv': 'identity_id,application_id,entitlement_id\nana,crm,read\nana,crm,write\nben,crm,read\n',
}

test('a change set is in force on top of the load that it names', async () => {
  const whole = await load('crm', crm)
  const set = await push(
    'crm',
    [
      person('cy', 'Cy Lund', { department: 'Sales', attributes: { floor: '3', projects: ['Zeus', 'Apollo'] } }),
      grant('cy', 'crm', 'read'),
      ungrant('ana', 'crm', 'write'),
      person('ben', 'Benjamin Ode'),
    ],
    { base: whole.id },
  )
  expect(set).toMatchObject({ source: 'crm', baseLoadId: whole.id, changeCount: 4 })
  expect(await bring(set)).toMatchObject({
    state: 'committed',
    kind: 'changes',
    baseLoadId: whole.id,
    errorMessage: '',
    changes: { changeSets: 1, upserts: 3, deletions: 1, absentDeletions: 0, endedRecords: 0 },
    counts: { people: 3, grants: 3 },
  })
  const { people, grants } = await inForce()
  expect(people).toEqual([
    'ana Ana Ruiz ana@example.org',
    'ben Benjamin Ode',
    'cy Cy Lund Sales {"floor": "3", "projects": ["Apollo", "Zeus"]}',
  ])
  expect(grants).toEqual(['ana crm read', 'ben crm read', 'cy crm read'])
  expect(await tenant(listSources)).toMatchObject([
    { name: 'crm', changesSinceWhole: 1, newestLoad: { id: set.loadId } },
  ])
})

test('the order of changes counts, within a set and between sets of one load', async () => {
  const { id: base } = await load('crm', crm)
  const first = await push(
    'crm',
    [ungrant('ana', 'crm', 'read'), grant('ana', 'crm', 'read'), grant('ben', 'crm', 'x')],
    { base },
  )
  const second = await push(
    'crm',
    [ungrant('ben', 'crm', 'x'), { deleteIdentity: { id: 'ana' } }, person('ana', 'A')],
    { base },
  )
  const third = await push('crm', [grant('ana', 'crm', 'audit')], { base: second.loadId })
  expect([second.loadId, third.loadId]).toEqual([first.loadId, first.loadId])
  expect(await bring(first)).toMatchObject({
    state: 'committed',
    changes: { changeSets: 3, upserts: 4, deletions: 3, absentDeletions: 0, endedRecords: 2 },
  })
  expect((await inForce()).grants).toEqual(['ana crm audit', 'ben crm read'])
})

test('a request again is answered alike, also when it is in force; its id is of one content', async () => {
  const { id: base } = await load('crm', crm)
  const changes = [person('cy', 'Cy')]
  const set = await push('crm', changes, { base, requestId: 'r1' })
  expect(await push('crm', changes, { base, requestId: 'r1' })).toEqual(set)
  await bring(set)
  expect(await push('crm', changes, { base, requestId: 'r1' })).toEqual(set)
  await expect(push('crm', [person('cy', 'Cyrus')], { base, requestId: 'r1' })).rejects.toMatchObject({
    kind: 'already_exists',
    reason: 'REQUEST_ID_USED',
  })
  const rows = await tenant((scoped) => scoped`select from source_change_sets`)
  expect(rows.count).toBe(1)
  await tenant((scoped) => scoped`update source_change_sets set created_at = now() - interval '31 days'`)
  await removeAgedRows(db.database.sql, agedLoads({ loads: 365, changeSets: 30 }))
  const fresh = await push('crm', [person('cy', 'Cyrus')], { base: set.loadId, requestId: 'r1' })
  expect(fresh.loadId).not.toBe(set.loadId)
})

test('another base is refused with the load in force, and changes nothing', async () => {
  const { id: base } = await load('crm', crm)
  const newer = await load('crm', crm)
  for (const stale of [base, '', '999999', 'nonsense']) {
    await expect(push('crm', [person('cy', 'Cy')], { base: stale })).rejects.toMatchObject({
      kind: 'aborted',
      reason: 'STALE_BASE',
      metadata: { loadId: newer.id },
    })
  }
  const rows = await tenant((scoped) => scoped`select from source_change_sets`)
  expect(rows.count).toBe(0)
  expect((await tenant(listSources))[0]?.newestLoad?.id).toBe(newer.id)
})

test('faults name the change by its position, field, value and remedy, and leave no trace', async () => {
  const { id: base } = await load('crm', crm)
  const wrong = [
    person('ana', 'Ana', { status: 'asleep' }),
    { upsertGrant: { applicationId: 'crm', entitlementId: 'read' } },
    { deleteIdentity: { id: 'ben', email: 'x' } },
    { upsertUsage: { identityId: 'ben', applicationId: 'crm', day: '2999-01-01' } },
    { upsertGrant: { identityId: 'ben', applicationId: 'crm', entitlementId: 'read', lastUsedAt: 'yesterday' } },
    { dropTable: {} },
    person('', 'Nobody'),
    person('dee', 'Dee', { attributes: { floor: '3', passwordHash: 'abc' } }),
  ]
  const error = await push('crm', [person('cy', 'Cy'), ...wrong], { base }).catch((caught) => caught)
  expect(error).toMatchObject({ kind: 'invalid_argument' })
  const found = Object.fromEntries(
    error.violations.map((one: { field: string; description: string }) => [one.field, one.description]),
  )
  expect(found).toMatchObject({
    'changes[1].status': expect.stringContaining('asleep'),
    'changes[2].identityId': expect.stringContaining('either identityId or accountId'),
    'changes[3].email': expect.stringContaining('there are id'),
    'changes[4].day': expect.stringContaining('2999-01-01'),
    'changes[5].lastUsedAt': expect.stringContaining('yesterday'),
    'changes[6]': expect.stringContaining('upsertIdentity'),
    'changes[7].id': expect.stringContaining('is empty'),
    'changes[8].attributes.passwordHash': expect.stringContaining('leave it out, or rename it'),
  })
  await expect(push('crm', [], { base })).rejects.toMatchObject({ kind: 'invalid_argument' })
  const many = Array.from({ length: 2_001 }, (_, n) => person(`p${n}`, ''))
  await expect(push('crm', many, { base })).rejects.toMatchObject({ kind: 'resource_exhausted' })
  await expect(push('native', [person('cy', 'Cy')])).rejects.toMatchObject({ kind: 'failed_precondition' })
  const traces = await tenant((scoped) => scoped`select from source_loads where kind = 'changes'`)
  expect(traces.count).toBe(0)
})

test('deletions end what hangs on them, however the load before named it; what is absent is counted', async () => {
  await tenant((scoped) => createSource(scoped, tenantId, 'erp', {}, 'tester'))
  const map = [
    'map: 1',
    'name: erp',
    'inputs: {users: {columns: [login, mail, role]}}',
    'identities:',
    '  - {from: users, id: login, email: mail}',
    'grants:',
    '  - {from: users, application: {text: erp}, holder: {column: mail, match: email}, entitlement: role}',
    '',
  ].join('\n')
  await tenant((scoped) => putSourceMap(scoped, tenantId, 'erp', map, 'tester'))
  const { id: base } = await load('erp', {
    'e.csv': 'login,mail,role\nu1,U1@x.org,clerk\nu2,u2@x.org,boss\nu3,u3@x.org,clerk\n',
  })
  const set = await push(
    'erp',
    [
      ungrant('u3', 'erp', 'clerk'),
      { deleteIdentity: { id: 'u1' } },
      { deleteIdentity: { id: 'u1' } },
      { deleteIdentity: { id: 'nobody' } },
      ungrant('u2', 'erp', 'clerk'),
      { deleteEntitlement: { applicationId: 'erp', id: 'audit' } },
      { deleteAccount: { applicationId: 'erp', id: 'u2' } },
    ],
    { base },
  )
  expect(await bring(set)).toMatchObject({
    state: 'committed',
    changes: { upserts: 0, deletions: 2, absentDeletions: 5, endedRecords: 1 },
    counts: { people: 2, grants: 1 },
  })
  // A person who returns has no access from before.
  const again = await push('erp', [person('u1', 'Uma', { email: 'U1@x.org' })], { base: set.loadId })
  expect(await bring(again)).toMatchObject({ state: 'committed' })
  expect((await inForce()).grants).toEqual(['u2 erp boss'])
})

test('groups, accounts, applications and usage change as people do', async () => {
  await tenant((scoped) => createSource(scoped, tenantId, 'idp', {}, 'tester'))
  const set = await push('idp', [
    person('ana', 'Ana', { email: 'ana@example.org' }),
    person('ben', 'Ben'),
    { upsertApplication: { id: 'git', displayName: 'Git' } },
    { upsertEntitlement: { applicationId: 'git', id: 'team', displayName: 'Team', resourceType: 'group' } },
    { upsertEntitlement: { applicationId: 'git', id: 'repo', privileged: true } },
    {
      upsertMembership: {
        holderApplicationId: 'git',
        holderEntitlementId: 'team',
        applicationId: 'git',
        entitlementId: 'repo',
      },
    },
    { upsertAccount: { applicationId: 'git', id: 'ana-r', identityId: 'ana' } },
    { upsertGrant: { accountId: 'ana-r', applicationId: 'git', entitlementId: 'team' } },
    grant('ben', 'git', 'repo'),
    grant('ben', 'wiki', 'edit'),
    { upsertUsage: { identityId: 'ben', applicationId: 'git', day: '2025-01-31' } },
  ])
  expect(set.baseLoadId).toBeUndefined()
  expect(await bring(set)).toMatchObject({
    state: 'committed',
    errorMessage: '',
    counts: { accounts: 1, grants: 4, usageRows: 1 },
  })
  const memberships = () => tenant(async (scoped) => (await scoped`select from entitlement_memberships`).count)
  expect((await inForce()).grants).toEqual(['ana git team', 'ben git repo', 'ben wiki edit'])
  const next = await push(
    'idp',
    [{ deleteEntitlement: { applicationId: 'git', id: 'team' } }, ungrant('ben', 'git', 'repo')],
    {
      base: set.loadId,
    },
  )
  expect(await bring(next)).toMatchObject({ state: 'committed', changes: { deletions: 2, endedRecords: 2 } })
  expect((await inForce()).grants).toEqual(['ben wiki edit'])
  expect(await memberships()).toBe(0)
  const last = await push('idp', [{ deleteApplication: { id: 'git' } }], { base: next.loadId })
  expect(await bring(last)).toMatchObject({
    changes: { deletions: 1, endedRecords: 3 },
    counts: { accounts: 0, usageRows: 0 },
  })
})

test('sets that come while others are put together gather in a load that builds on those', async () => {
  const { id: base } = await load('crm', crm)
  const first = await push('crm', [person('cy', 'Cy')], { base })
  await read(first.loadId)
  const second = await push('crm', [grant('cy', 'crm', 'read')], { base: first.loadId })
  const third = await push('crm', [grant('cy', 'crm', 'write')], { base })
  expect(second).toMatchObject({ baseLoadId: first.loadId })
  expect(third.loadId).toBe(second.loadId)
  expect(second.loadId).not.toBe(first.loadId)
  await expect(tenant((scoped) => beginLoad(scoped, tenantId, second.loadId))).rejects.toMatchObject({
    kind: 'aborted',
  })
  await expect(openLoad('crm', crm)).rejects.toMatchObject({ kind: 'aborted', reason: 'LOAD_IN_PROGRESS' })
  await compose()
  expect(await getLoad(sql, tenantId, first.loadId)).toMatchObject({ state: 'committed' })
  expect(await bring(second)).toMatchObject({ state: 'committed', changes: { changeSets: 2 } })
  expect((await inForce()).grants).toContain('cy crm write')
  const imports = await tenant((scoped) => scoped`select from imports where state = 'committed'`)
  expect(imports.count).toBe(3)
})

test('sets that gathered for a load that is given up fail with it', async () => {
  const { id: base } = await load('crm', crm)
  const first = await push('crm', [person('cy', 'Cy')], { base })
  await read(first.loadId)
  const second = await push('crm', [grant('cy', 'crm', 'read')], { base: first.loadId })
  await tenant((scoped) => abortLoad(scoped, first.loadId))
  expect(await getLoad(sql, tenantId, second.loadId)).toMatchObject({
    state: 'failed',
    errorMessage: expect.stringContaining(`builds on load "${first.loadId}"`),
  })
  await compose()
  expect(Object.keys((await inForce()).keys)).toEqual(['ana', 'ben'])
  expect(await bring(await push('crm', [person('di', 'Di')], { base }))).toMatchObject({ state: 'committed' })
})

test('an open whole load of the source holds, and a load of changes that waits for a confirmation', async () => {
  const { id: base } = await load('crm', crm)
  const open = await openLoad('crm', crm)
  await expect(push('crm', [person('cy', 'Cy')], { base })).rejects.toMatchObject({
    kind: 'aborted',
    reason: 'LOAD_IN_PROGRESS',
    metadata: { loadId: open.id },
  })
  await tenant((scoped) => abortLoad(scoped, open.id))
  const guarded = { ...tools, guard: removalGuard }
  const composing = compositionWork({ ...guarded, participants: [], analyse: async () => {}, onComposed: () => {} })
  const set = await push('crm', [{ deleteIdentity: { id: 'ben' } }], { base })
  await attemptOnce(loadWork(guarded), { tenantId, loadId: set.loadId })
  await attemptOnce(composing, { tenantId })
  expect(await getLoad(sql, tenantId, set.loadId)).toMatchObject({
    state: 'awaiting_confirmation',
    removals: { people: { before: 2, removed: 1 }, grants: { before: 3, removed: 1 } },
  })
  expect((await inForce()).people).toHaveLength(2)
  await expect(push('crm', [person('cy', 'Cy')], { base })).rejects.toMatchObject({ reason: 'LOAD_IN_PROGRESS' })
  await tenant((scoped) => confirmLoad(scoped, tenantId, set.loadId, 'boss'))
  await attemptOnce(composing, { tenantId })
  expect((await inForce()).people).toHaveLength(1)
})

test('a worker that dies while it applies changes leaves nothing, and the next one does it all', async () => {
  const { id: base } = await load('crm', crm)
  const set = await push('crm', [person('cy', 'Cy'), grant('cy', 'crm', 'read')], { base })
  const guard = { ofLoad: () => Promise.reject(new Error('killed')), ofComposition: () => undefined }
  await expect(attemptOnce(loadWork({ ...tools, guard }), { tenantId, loadId: set.loadId })).rejects.toThrow('killed')
  const left = await tenant((scoped) => scoped`select from source_people where load_id = ${Number(set.loadId)}`)
  expect(left.count).toBe(0)
  expect(await bring(set)).toMatchObject({ state: 'committed', counts: { people: 3, grants: 4 } })
})

test('a file of changes is a load of changes, whose faults name the line', async () => {
  const { id: base } = await load('crm', crm)
  const begin = async (content: string, baseLoadId = base) => {
    const opened = { createdBy: 'tester', skipInvalid: false, reading: {}, kind: 'changes' as const, baseLoadId }
    const { id } = await tenant((scoped) => createLoad(scoped, tenantId, 'crm', opened))
    await uploadLoadFile(sql, tenantId, id, 'changes.ndjson', bytesOf(content))
    await tenant((scoped) => beginLoad(scoped, tenantId, id))
    return bring({ loadId: id })
  }
  const line = (change: object) => `${JSON.stringify(change)}\n`
  const right = `${line(person('cy', 'Cy'))}\n${line(grant('cy', 'crm', 'read'))}`
  expect(await begin(`${right}${line(person('di', 'Di', { status: 'asleep' }))}{`)).toMatchObject({
    state: 'failed',
    faults: [
      { file: 'changes.ndjson', at: 5, column: '', reason: expect.stringContaining('not JSON') },
      { file: 'changes.ndjson', at: 4, column: 'status', reason: expect.stringContaining('asleep') },
    ],
  })
  expect(await begin('\n')).toMatchObject({ state: 'failed', errorMessage: expect.stringContaining('no change') })
  expect(await begin(right)).toMatchObject({ state: 'committed', changes: { changeSets: 0, upserts: 2 } })
  await expect(begin(right)).rejects.toMatchObject({ kind: 'aborted', reason: 'STALE_BASE' })
})

test('another tenant neither sees change sets nor changes this one', async () => {
  const { id: base } = await load('crm', crm)
  await push('crm', [person('cy', 'Cy')], { base })
  const elsewhere = await db.tenantId()
  const rows = await inTenant(sql, elsewhere, (scoped) => scoped`select from source_change_sets`)
  expect(rows.count).toBe(0)
  const given = { requestId: 'r', baseLoadId: base, changes: [person('cy', 'Cy')], createdBy: 'x', waitMs: 0 }
  await expect(
    inTenant(sql, elsewhere, (scoped) => applyChangeSet(scoped, elsewhere, 'crm', given)),
  ).rejects.toMatchObject({ kind: 'not_found' })
})
