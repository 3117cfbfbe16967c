import { mkdtemp, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attemptOnce } from '@assay/jobs/testing'
import { exportTenant, inTenant } from '@assay/store'
import { expect, onTestFinished, test } from 'vitest'
import { bring, grant, push, ungrant } from './changes/testing-changes.ts'
import { eraseFromLoads } from './erase-person.ts'
import { SpooledGrantBlocks } from './grant-blocks.ts'
import { beginLoad } from './loads.ts'
import {
  compose,
  composeBy,
  db,
  inForce,
  load,
  loading,
  openLoad,
  tenant,
  tenantId,
  useTenants,
} from './testing-tenant.ts'

await useTenants()

const people = ['e1', 'e2', 'e3', 'e4']
const hr = { 'identities.csv': `id,display_name\n${people.map((id) => `${id},Person ${id}\n`).join('')}` }
const held = people.flatMap((id) => [`${id},crm,read`, `${id},crm,write`])

function app(grants: readonly string[]) {
  return {
    'applications.csv': 'id,display_name\ncrm,The CRM\n',
    'entitlements.csv': 'id,application_id,display_name\nread,crm,Read\nwrite,crm,Write\n',
    'grants.csv': `identity_id,application_id,entitlement_id\n${grants.map((one) => `${one}\n`).join('')}`,
  }
}

const blocks = () =>
  tenant(
    (sql) => sql<{ load: number; rows: number }[]>`
    select load_id as load, sum(row_count)::integer as rows from source_grant_blocks group by load_id`,
  )

const grantsInForce = async () => (await inForce()).grants.map((text) => text.replaceAll(' ', ','))

/** Reads a load, and leaves the composition to the caller. */
async function staged(grants: readonly string[]): Promise<number> {
  const { id } = await openLoad('app', app(grants), { definesPeople: false })
  await tenant((sql) => beginLoad(sql, tenantId, id))
  await attemptOnce(loading, { tenantId, loadId: id })
  return Number(id)
}

test('a composition reads the grants of a large load as numbers', async () => {
  composeBy(true)
  await load('hr', hr)
  const id = await staged(held)
  expect([...(await blocks())]).toEqual([{ load: id, rows: held.length }])
  // What it reads is in force, whether the rows are there or not.
  await db.owner.sql.unsafe(`truncate source_grants_of_${id}`)
  await compose()
  expect(await grantsInForce()).toEqual(held)
})

test('blocks that lack grants are not read', async () => {
  composeBy(true)
  await load('hr', hr)
  const id = await staged(held)
  await db.owner.sql`update source_grant_blocks set row_count = row_count - 1 where load_id = ${id}`
  await db.owner.sql`update source_grant_blocks set data = '\\x00' where load_id = ${id}`
  await compose()
  expect(await grantsInForce()).toEqual(held)
})

test('rows that a change set changed are in force, before and after it is applied', async () => {
  composeBy(true)
  await load('hr', hr)
  const { id } = await load('app', app(held), { definesPeople: false })
  const changed = await push('app', [ungrant('e1', 'crm', 'read'), grant('e1', 'crm', 'admin')], { base: id })
  expect(await bring(changed)).toMatchObject({ state: 'committed', errorMessage: '' })
  const after = ['e1,crm,admin', ...held.filter((one) => one !== 'e1,crm,read')]
  expect(await grantsInForce()).toEqual(after)
  expect([...(await blocks())]).toEqual([])
  await load('hr', { 'identities.csv': `${hr['identities.csv']}e5,Person e5\n` })
  expect(await grantsInForce()).toEqual(after)
})

test('another tenant does not see them', async () => {
  await load('hr', hr)
  await staged(held)
  expect(await blocks()).toHaveLength(1)
  const other = await db.tenantId()
  const seen = await inTenant(db.database.sql, other, (sql) => sql`select from source_grant_blocks`)
  expect(seen).toHaveLength(0)
})

test('blocks that a worker of an older version left behind are not read, and are removed', async () => {
  composeBy(true)
  await load('hr', hr)
  const { id } = await load('app', app(held), { definesPeople: false })
  const left = await tenant((sql) => sql`select * from source_grant_blocks`)
  const leave = () => tenant((sql) => sql`insert into source_grant_blocks ${sql([...left])}`)
  // A change set that changes rows of the load, and as many as it adds.
  await bring(await push('app', [ungrant('e1', 'crm', 'read'), grant('e1', 'crm', 'admin')], { base: id }))
  await leave()
  await load('hr', { 'identities.csv': `${hr['identities.csv']}e5,Person e5\n` })
  expect(await grantsInForce()).toEqual(['e1,crm,admin', ...held.filter((one) => one !== 'e1,crm,read')])
  await inTenant(db.owner.sql, tenantId, (sql) =>
    eraseFromLoads(sql, tenantId, { id: 'e9', names: [], key: undefined }),
  )
  expect(await blocks()).toEqual([])
  // A load that has replaced it.
  await load('app', app(held), { definesPeople: false })
  await leave()
  const newest = await load('app', app(held), { definesPeople: false })
  expect([...(await blocks())]).toEqual([{ load: Number(newest.id), rows: held.length }])
})

test('a tenant is exported with its grants of loads, and without their numbers', async () => {
  await load('hr', hr)
  await staged(held)
  const tables = new Set<string>()
  await exportTenant(db.owner.sql, tenantId, async (lines) => {
    for (const line of lines.trim().split('\n')) tables.add(JSON.parse(line).table)
  })
  expect(tables).toContain('source_grants')
  expect(tables).not.toContain('source_grant_blocks')
})

test('a load whose spooled grants cannot be read ends with that fault', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-grant-blocks-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const one = { form: 0, holder: 'e1', holderApplication: '', application: 'crm', entitlement: 'read' }
  const records = Array.from({ length: 16_384 }, () => ({ ...one, grantedAt: '', lastUsedAt: '', ends: '' }))
  const blocks = await SpooledGrantBlocks.open(folder)
  onTestFinished(() => blocks.close())
  // As many as one block has, so that no rest is written after it.
  await blocks.add(records, 0)
  await truncate(join(folder, 'grant-blocks'))
  await expect(tenant((sql) => blocks.store(sql, tenantId, 1))).rejects.toThrow('incomplete')
})
