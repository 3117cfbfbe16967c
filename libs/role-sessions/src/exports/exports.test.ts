import { commitImport, createImport, uploadImportFile } from '@assay/directory'
import { failedPrecondition } from '@assay/errors'
import { attemptOnce } from '@assay/jobs/testing'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { parse } from 'csv-parse/sync'
import { afterAll, expect, test } from 'vitest'
import { fromBuffer } from 'yauzl'
import { editEntitlements } from '../potential-roles/edit-entitlements.ts'
import { insertRole, insertSession } from '../testing-roles.ts'
import { archiveOf } from './archive.ts'
import { databaseArchives } from './archive-store.ts'
import { removeExpiredExports } from './expired-exports.ts'
import { exportEverything, planExport } from './export-plan.ts'
import { getExport, getFinishedExport, requestExport } from './export-records.ts'
import { exportWork } from './export-work.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database
const tenantId = await db.tenantId()
const within = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(sql, tenantId, work)

const files = {
  'identities.csv': [
    'id,display_name,department,location',
    'i1,Ada,Sales,Oslo',
    'i2,"ben, the ""clerk""",Sales,=cmd()',
    'i3,Chi,Sales,',
    '+4,Dee,Sales,',
    'i5,Eve,,',
  ],
  'applications.csv': ['id,display_name', 'crm,CRM', 'mail,Mail'],
  'entitlements.csv': [
    'id,application_id,display_name,description,attribute',
    'crm-read,crm,Read accounts,@risky,groups',
    'crm-write,crm,Write accounts,,groups',
    'mailbox,mail,Mailbox,,',
    'all-staff,mail,All staff,,',
  ],
  'grants.csv': [
    'identity_id,application_id,entitlement_id',
    ...['i1', 'i2', 'i3', '+4', 'i5'].flatMap((id) => [`${id},crm,crm-read`, `${id},mail,all-staff`]),
    ...['i1', 'i2', 'i3', '+4'].map((id) => `${id},mail,mailbox`),
    ...['i1', 'i2', 'i3'].map((id) => `${id},crm,crm-write`),
  ],
}
const { id: importId } = await createImport(sql, tenantId, { createdBy: 'tester', skipInvalid: false })
for (const [name, lines] of Object.entries(files)) {
  await uploadImportFile(sql, tenantId, importId, name, bytes(lines.join('\n')))
}
await commitImport(sql, tenantId, importId)

async function* bytes(content: string) {
  yield new TextEncoder().encode(content)
}

/** A role of everybody, with the keys that this import gave to the entitlements. */
const { role } = await within(async (scoped) => {
  const session = await insertSession(scoped, tenantId)
  const role = await insertRole(scoped, tenantId, session)
  const keysOf = (ids: string[], table: 'identities' | 'entitlements') => scoped`
    array(select named.key from unnest(${ids}::text[]) with ordinality as wanted (id, place)
          join ${scoped(table)} named on named.id = wanted.id order by wanted.place)`
  await scoped`
    update potential_roles set identity_keys = ${keysOf(['i1', 'i2', 'i3', '+4', 'i5'], 'identities')},
      entitlement_keys = ${keysOf(['crm-read', 'mailbox', 'crm-write'], 'entitlements')},
      common_entitlement_keys = ${keysOf(['all-staff'], 'entitlements')} where id = ${role}`
  return { role }
})
const key = { id: role }

async function unzipped(archive: Buffer): Promise<Record<string, string[][]>> {
  const found: Record<string, string[][]> = {}
  await new Promise<void>((resolve, reject) => {
    fromBuffer(archive, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error)
      zip.on('entry', (entry) => {
        zip.openReadStream(entry, async (failure, stream) => {
          if (failure) return reject(failure)
          const text = Buffer.concat(await Array.fromAsync(stream)).toString('utf8')
          found[entry.fileName] = parse(text, { relax_column_count: false })
          zip.readEntry()
        })
      })
      zip.on('end', resolve)
      zip.readEntry()
    })
  })
  return found
}

async function archived(options = exportEverything): Promise<Buffer> {
  const plan = await within((scoped) => planExport(scoped, key, options))
  return Buffer.concat(await Array.fromAsync(archiveOf(within, plan)))
}

test('an archive holds identities, entitlements and changes, with formulas made harmless', async () => {
  expect(await unzipped(await archived())).toEqual({
    'identities.csv': [
      [
        'id',
        'name',
        'email',
        'department',
        'jobTitle',
        'manager',
        'employmentType',
        'employmentStatus',
        'directoryStatus',
        'location',
      ],
      ['i1', 'Ada', '', 'Sales', '', '', '', '', '', 'Oslo'],
      ['i2', 'ben, the "clerk"', '', 'Sales', '', '', '', '', '', "'=cmd()"],
      ['i3', 'Chi', '', 'Sales', '', '', '', '', '', ''],
      ["'+4", 'Dee', '', 'Sales', '', '', '', '', '', ''],
      ['i5', 'Eve', '', '', '', '', '', '', '', ''],
    ],
    'entitlements.csv': [
      [
        'id',
        'name',
        'description',
        'attribute',
        'applicationName',
        'sourceId',
        'identityCount',
        'popularity',
        'popularityInOrg',
      ],
      ['crm-read', 'Read accounts', "'@risky", 'groups', 'CRM', 'crm', '5', '100', '75'],
      ['all-staff', 'All staff', '', '', 'Mail', 'mail', '5', '100', '100'],
      ['mailbox', 'Mailbox', '', '', 'Mail', 'mail', '4', '80', '50'],
      ['crm-write', 'Write accounts', '', 'groups', 'CRM', 'crm', '3', '60', '100'],
    ],
    'changes.csv': [
      ['identityId', 'entitlementId', 'change'],
      ["'+4", 'crm-write', 'gain'],
      ['i5', 'crm-write', 'gain'],
      ['i5', 'mailbox', 'gain'],
    ],
  })
})

test('options and exclusions leave entitlements out, and the same role gives the same bytes', async () => {
  const ids = async (options: typeof exportEverything) =>
    (await unzipped(await archived(options)))['entitlements.csv']?.slice(1).map(([id]) => id)
  expect(await ids({ minEntitlementPopularity: 80, includeCommonAccess: true })).toEqual([
    'crm-read',
    'all-staff',
    'mailbox',
  ])
  expect(await ids({ minEntitlementPopularity: 81, includeCommonAccess: false })).toEqual(['crm-read'])
  expect((await archived()).equals(await archived())).toBe(true)
  await within((scoped) => editEntitlements(scoped, key, { ids: ['mailbox'], exclude: true }))
  expect(await ids(exportEverything)).toEqual(['crm-read', 'all-staff', 'crm-write'])
  await within((scoped) => editEntitlements(scoped, key, { ids: ['mailbox'], exclude: false }))
})

const enqueued: object[] = []
const jobs = { enqueue: async (_: unknown, __: unknown, payload: object) => enqueued.push(payload) > 0 }
const tools = { sql, archives: databaseArchives(sql) }
const signal = new AbortController().signal

test('an asynchronous export waits, is written by a job, and is downloaded as the direct one', async () => {
  const asked = await within((scoped) => requestExport(scoped, jobs, tenantId, key, exportEverything))
  expect(asked).toMatchObject({ state: 'QUEUED', minEntitlementPopularity: 0, includeCommonAccess: true })
  expect(enqueued).toEqual([{ tenantId, exportId: asked.id }])
  await expect(within((scoped) => getFinishedExport(scoped, key, asked.id))).rejects.toMatchObject({
    kind: 'failed_precondition',
    message: expect.stringContaining('its status is QUEUED; wait until'),
  })
  // As after a worker that was killed during the export: the next one begins again.
  await within((scoped) => scoped`update potential_role_exports set state = 'IN_PROGRESS' where id = ${asked.id}`)
  await attemptOnce(exportWork(tools), { tenantId, exportId: asked.id })
  await attemptOnce(exportWork(tools), { tenantId, exportId: asked.id })
  const done = await within((scoped) => getFinishedExport(scoped, key, asked.id))
  const archive = Buffer.concat(await Array.fromAsync(tools.archives.open(tenantId, done.id, done.objectKey)))
  expect(archive.equals(await archived())).toBe(true)
})

test('an export that cannot be written says so, one of another role is none, and one that has expired is none', async () => {
  const ask = () => within((scoped) => requestExport(scoped, jobs, tenantId, key, exportEverything))
  const [failed, old] = [await ask(), await ask()]
  const noRoom = failedPrecondition('no room')
  const archives = { ...tools.archives, put: () => Promise.reject(noRoom) }
  await attemptOnce(exportWork({ sql, archives }), { tenantId, exportId: failed.id })
  await expect(within((scoped) => getFinishedExport(scoped, key, failed.id))).rejects.toThrow(
    'its status is ERROR; ask for another',
  )
  const other = await within(async (scoped) => insertRole(scoped, tenantId, await insertSession(scoped, tenantId)))
  await expect(within((scoped) => getExport(scoped, { id: other }, failed.id))).rejects.toThrow(
    `export "${failed.id}" does not exist`,
  )
  await expect(within((scoped) => getExport(scoped, key, 'nothing'))).rejects.toThrow('export "nothing" does not exist')
  await within((scoped) => scoped`update potential_role_exports set expires_at = now() where id = ${old.id}`)
  await expect(within((scoped) => getExport(scoped, key, old.id))).rejects.toThrow('does not exist')
})

test('exports that have expired are removed with their archives, of every tenant and of no other', async () => {
  const other = await db.tenantId()
  const ofOther = <T>(work: (sql: TenantSql) => Promise<T>) => inTenant(sql, other, work)
  const otherRole = await ofOther(async (scoped) => insertRole(scoped, other, await insertSession(scoped, other)))
  const old = [
    await within((scoped) => requestExport(scoped, jobs, tenantId, key, exportEverything)),
    await ofOther((scoped) => requestExport(scoped, jobs, other, { id: otherRole }, exportEverything)),
  ]
  const fresh = await ofOther((scoped) => requestExport(scoped, jobs, other, { id: otherRole }, exportEverything))
  for (const [index, run] of [within, ofOther].entries()) {
    await run(
      (scoped) => scoped`
      update potential_role_exports set expires_at = now() - interval '1 s', object_key = ${`archive ${index}`}
      where id = ${old[index]!.id}`,
    )
  }
  const removed: [number, readonly string[]][] = []
  const archives = {
    ...tools.archives,
    remove: async (of: number, keys: readonly string[]) => void removed.push([of, keys]),
  }
  const idsLeft = async () => {
    const select = (scoped: TenantSql) => scoped<{ id: string }[]>`select id from potential_role_exports`
    return [...(await within(select)), ...(await ofOther(select))].map(({ id }) => id)
  }
  await expect(removeExpiredExports({ sql, archives }, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop')
  expect(await idsLeft()).toEqual(expect.arrayContaining(old.map(({ id }) => id)))
  await removeExpiredExports({ sql, archives }, signal)
  expect(removed.filter(([, keys]) => keys.length > 0)).toEqual([
    [tenantId, ['archive 0']],
    [other, ['archive 1']],
  ])
  const left = await idsLeft()
  expect(left).toContain(fresh.id)
  for (const { id } of old) expect(left).not.toContain(id)
})

test.each([-1, 101, 0.5])('a popularity of %s is refused', async (minEntitlementPopularity) => {
  const before = enqueued.length
  const ask = within((scoped) =>
    requestExport(scoped, jobs, tenantId, key, { ...exportEverything, minEntitlementPopularity }),
  )
  await expect(ask).rejects.toThrow('minEntitlementPopularity: must be a whole number from 0 to 100')
  expect(enqueued).toHaveLength(before)
})

test('a broken archive is an error and keeps nothing', async () => {
  const asked = await within((scoped) => requestExport(scoped, jobs, tenantId, key, exportEverything))
  const plan = await within((scoped) => planExport(scoped, key, exportEverything))
  let queries = 0
  const failing = <T>(work: (scoped: TenantSql) => Promise<T>) =>
    ++queries > 2 ? Promise.reject(new Error('gone')) : within(work)
  await expect(tools.archives.put(tenantId, asked.id, archiveOf(failing, plan))).rejects.toThrow('gone')
  expect(await Array.fromAsync(tools.archives.open(tenantId, asked.id, null))).toEqual([])
})

test('an archive that is stopped before anybody reads it is the error that stopped it', async () => {
  const asked = await within((scoped) => requestExport(scoped, jobs, tenantId, key, exportEverything))
  const plan = await within((scoped) => planExport(scoped, key, exportEverything))
  const archive = archiveOf(within, plan)
  archive.destroy(new Error('gone'))
  await expect.poll(() => archive.errored).toBeInstanceOf(Error)
  await expect(tools.archives.put(tenantId, asked.id, archive)).rejects.toThrow('gone')
})
