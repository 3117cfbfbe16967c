import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beginCommit, createImport, type Import, uploadImportFile } from '@assay/directory'
import { prepareQueues } from '@assay/jobs'
import { attemptOnce } from '@assay/jobs/testing'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeEach } from 'vitest'
import { commitNativeImport } from './commit-native-import.ts'
import { compositionWork } from './composition-work.ts'
import type { Load } from './load.ts'
import { loadWork } from './load-work.ts'
import { beginLoad, createLoad, getLoad } from './loads.ts'
import { sourceQueues } from './queues.ts'
import { createSource, listSources } from './sources.ts'
import { uploadLoadFile } from './upload-load-file.ts'

/** The database of the test file that has called `useTenants`. */
export let db: TestDatabase
export let sql: Sql
/** The tools of loads and compositions. */
export let tools: { readonly sql: Sql; readonly temporaryDirectory: string }
export let loading: ReturnType<typeof loadWork>
export let composing: ReturnType<typeof compositionWork>
let composer: typeof composing
/** A new tenant for each test. */
export let tenantId = 0

/** Gives the test file that calls it a database, and each of its tests a tenant. */
export async function useTenants(): Promise<void> {
  db = await createTestDatabase()
  await prepareQueues(db.ownerUrl, sourceQueues)
  sql = db.database.sql
  tools = { sql, temporaryDirectory: mkdtempSync(join(tmpdir(), 'assay-source-loads-')) }
  // Some loads of the tests have a separate partition, others share one.
  loading = loadWork({ ...tools, mostSharedGrants: 6 })
  composing = compositionWork({ ...tools, participants: [], analyse: async () => {}, onComposed: () => {} })
  composer = composing
  beforeEach(async () => {
    tenantId = await db.tenantId()
  })
  afterAll(() => db.drop())
}

/** Makes another tenant the tenant of the test. */
export function switchTenant(id: number): void {
  tenantId = id
}

/** Works in the test's tenant as a service does. */
export const tenant = <T>(work: (sql: TenantSql) => Promise<T>): Promise<T> => inTenant(sql, tenantId, work)

export async function* bytesOf(content: string | Uint8Array) {
  yield typeof content === 'string' ? Buffer.from(content) : content
}

interface LoadChoices {
  readonly definesPeople?: boolean
  readonly readyMap?: string
  readonly hold?: boolean
  readonly only?: boolean
  readonly skipInvalid?: boolean
}

/** Opens a load of a source, which is created if it does not exist, and uploads the files. */
export async function openLoad(
  source: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  { definesPeople = true, readyMap = '', skipInvalid = false }: LoadChoices = {},
): Promise<Load> {
  const load = await tenant(async (scoped) => {
    if (!(await listSources(scoped)).some(({ name }) => name === source)) {
      await createSource(scoped, tenantId, source, { definesPeople, readyMap }, 'tester')
    }
    return createLoad(scoped, tenantId, source, { createdBy: 'tester', skipInvalid, reading: {} })
  })
  for (const [name, content] of Object.entries(files)) {
    await uploadLoadFile(sql, tenantId, load.id, name, bytesOf(content))
  }
  return load
}

/** Loads the files of a source until they are in force. */
export async function load(
  source: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  choices: LoadChoices = {},
): Promise<Load> {
  const { id } = await openLoad(source, files, choices)
  await tenant((scoped) => beginLoad(scoped, tenantId, id, choices))
  await attemptOnce(loading, { tenantId, loadId: id })
  await compose()
  return getLoad(sql, tenantId, id)
}

/** The reasons for whole compositions since the last `composeBy`. */
export const wholeReasons: string[] = []
/** How names were resolved since then. */
export const namings: string[] = []

/** Sets the kind of the next compositions: of all records each time, or of the difference when that is sufficient. */
export function composeBy(isAlwaysWhole: boolean): void {
  wholeReasons.length = 0
  namings.length = 0
  composer = compositionWork({
    ...tools,
    participants: [],
    analyse: async () => {},
    onComposed: () => {},
    onWhole: (_, reason) => wholeReasons.push(reason),
    onNames: (how) => namings.push(how),
    isAlwaysWhole,
  })
}

export const compose = () => attemptOnce(composer, { tenantId })

/** Loads files through the import API. */
export async function importNatively(files: Readonly<Record<string, string>>, skipInvalid = false): Promise<Import> {
  const { id } = await createImport(sql, tenantId, { createdBy: 'tester', skipInvalid })
  for (const [name, content] of Object.entries(files)) await uploadImportFile(sql, tenantId, id, name, bytesOf(content))
  await tenant((scoped) => beginCommit(scoped, id))
  return commitNativeImport(tools, tenantId, id)
}

/** The access in force: people with their status, type and attributes, and their grants. */
export function inForce() {
  return tenant(async (scoped) => {
    const people = await scoped<{ id: string; key: number; text: string }[]>`
      select id, key, concat_ws(' ', id, display_name, nullif(email, ''), nullif(department, ''), nullif(status, 'enabled'),
        nullif(type, 'human'), nullif(manager_id, ''), nullif(attributes, '{}')::text) as text
      from identities where status <> 'deleted' order by id`
    const grants = await scoped<{ text: string }[]>`
      select i.id || ' ' || a.id || ' ' || e.id as text from grants g join identities i on i.key = g.identity_key
      join entitlements e on e.key = g.entitlement_key join applications a on a.key = e.application_key
      where g.import_id = (select import_id from snapshots) order by 1`
    return {
      people: people.map(({ text }) => text),
      keys: Object.fromEntries(people.map(({ id, key }) => [id, key])),
      grants: grants.map(({ text }) => text),
    }
  })
}
