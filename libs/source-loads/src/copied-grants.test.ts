import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attemptOnce } from '@assay/jobs/testing'
import type { GrantRecord } from '@assay/sources'
import { inTenant, removeAgedRows } from '@assay/store'
import { expect, onTestFinished, test } from 'vitest'
import { agedLoads } from './aged-rows.ts'
import { attachGrants, GrantCopy } from './copied-grants.ts'
import { eraseFromLoads } from './erase-person.ts'
import { SpooledGrantBlocks } from './grant-blocks.ts'
import { abortLoad, beginLoad, getLoad } from './loads.ts'
import { db, load, loading, openLoad, sql, tenant, tenantId, useTenants } from './testing-tenant.ts'

await useTenants()

function grant(holder: string, ends = ''): GrantRecord {
  return {
    form: 1,
    holder,
    holderApplication: '',
    application: 'crm',
    entitlement: 'é "read", \ud800',
    grantedAt: '2025-01-31',
    lastUsedAt: '',
    ends,
  }
}

async function* batchesOf(...batches: GrantRecord[][]) {
  yield* batches
}

async function openedLoad(): Promise<number> {
  const loadKey = Number((await openLoad('hr', { 'people.csv': 'id\nann\n' })).id)
  await tenant((sql) => sql`update source_loads set state = 'reading' where id = ${loadKey}`)
  return loadKey
}

test.each([
  ['a table that all share', 10, 0],
  ['a partition of their own', 2, 4],
])('copied grants stand in %s as they were read, in their order', async (_, mostSharedGrants, own) => {
  const loadKey = await openedLoad()
  const rows = await tenant(async (sql) => {
    const copy = new GrantCopy(sql, { tenantId, loadKey, mostSharedGrants })
    await copy.add(batchesOf([grant('ann'), grant('bob', '2030-12-31')], [], [grant('cy')]), 2)
    // The load has a second source.
    await copy.add(batchesOf([grant('di')]), 1)
    expect(copy.count).toBe(4)
    const copied = await copy.finish()
    expect(copied.traits).toEqual({ unplaced: false, ends: true })
    await attachGrants(sql, loadKey, copied)
    const [partition] = await sql`
      select count(*)::integer as rows from source_grants where load_id = ${loadKey} and own_load = ${loadKey}`
    expect(partition?.rows).toBe(own)
    return sql`
      select ordinal::integer, form, holder, holder_application, application, entitlement, granted_at, last_used_at, ends
      from source_grants where load_id = ${loadKey} order by ordinal`
  })
  const one = {
    form: 3,
    holder_application: '',
    application: 'crm',
    entitlement: 'é "read", \ufffd',
    granted_at: '2025-01-31',
  }
  const rest = { ...one, last_used_at: '', ends: '' }
  expect([...rows]).toEqual([
    { ...rest, ordinal: 0, holder: 'ann' },
    { ...rest, ordinal: 1, holder: 'bob', ends: '2030-12-31' },
    { ...rest, ordinal: 2, holder: 'cy' },
    { ...rest, ordinal: 3, form: 2, holder: 'di' },
  ])
})

test('grants whose reading breaks off leave nothing, and the connection serves the next', async () => {
  const loadKey = await openedLoad()
  const broken = async function* () {
    yield [grant('ann'), grant('bob')]
    yield [grant('cy')]
    throw new Error('the file is gone')
  }
  await expect(
    tenant((sql) => new GrantCopy(sql, { tenantId, loadKey, mostSharedGrants: 1 }).add(broken(), 0)),
  ).rejects.toThrow('the file is gone')
  const rows = await tenant((sql) => sql`select from source_grants where load_id = ${loadKey}`)
  expect(rows).toHaveLength(0)
})

test('a partition of a load goes when another has replaced it, beside a reader of other loads a composition later', async () => {
  const people = Array.from({ length: 4 }, (_, n) => `e${n}`)
  const hr = { 'identities.csv': `id,display_name\n${people.map((id) => `${id},Person ${id}\n`).join('')}` }
  const app = (last: string) => ({
    'applications.csv': 'id,display_name\ncrm,The CRM\n',
    'entitlements.csv': 'id,application_id,display_name\nread,crm,Read\nwrite,crm,Write\n',
    'grants.csv': `identity_id,application_id,entitlement_id\n${people
      .flatMap((id) => [`${id},crm,read\n`, `${id},crm,write\n`])
      .slice(0, -1)
      .join('')}${last}`,
  })
  const partitions = () =>
    tenant(
      (sql) => sql<{ of: number; rows: number }[]>`
        select own_load as of, count(*)::integer as rows from source_grants where own_load > 0 group by 1`,
    )
  const tables = async () => {
    const [row] = await db.owner.sql`
      select count(*)::integer as tables from source_loads l where l.tenant_id = ${tenantId}
        and to_regclass('source_grants_of_' || l.id) is not null`
    return row?.tables
  }
  const blocks = async () => {
    const rows = await tenant(
      (sql) => sql<{ load: number; rows: number }[]>`
      select load_id as load, row_count as rows from source_grant_blocks`,
    )
    return [...rows]
  }
  const { id: hrId } = await load('hr', hr)
  const first = await load('app', app(''), { definesPeople: false })
  expect(await partitions()).toEqual([{ of: Number(first.id), rows: 7 }])
  const second = await tenant(async (reader) => {
    // Like a composition of another tenant.
    await reader`select count(*) from source_grants where own_load = 0`
    return load('app', app('e3,crm,write\n'), { definesPeople: false })
  })
  expect(await partitions()).toEqual([{ of: Number(second.id), rows: 8 }])
  expect(await tables()).toBe(2)
  const third = await load('app', app(''), { definesPeople: false })
  expect(await partitions()).toEqual([{ of: Number(third.id), rows: 7 }])
  expect(await tables()).toBe(1)
  expect(await blocks()).toEqual([{ load: Number(third.id), rows: 7 }])
  // Old loads are removed without reading the partition of the load in force, which may be large or locked.
  await tenant((sql) => sql`update source_loads set created_at = now() - interval '366 days'`)
  await db.owner.sql.begin(async (holder) => {
    await holder.unsafe(`lock table source_grants_of_${third.id} in access exclusive mode`)
    await removeAgedRows(db.database.sql, agedLoads({ loads: 365, changeSets: 30 }))
  })
  const left = await tenant(
    (sql) => sql<{ id: string }[]>`select id::text as id from source_loads order by source_loads.id`,
  )
  expect(left.map(({ id }) => id)).toEqual([hrId, third.id])
})

test('who is erased is erased from partitions of former loads, and those of others are not read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-copied-grants-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const attached = async () => {
    const loadKey = await openedLoad()
    await tenant(async (sql) => {
      const blocks = await SpooledGrantBlocks.open(folder)
      const copy = new GrantCopy(sql, { tenantId, loadKey, mostSharedGrants: 1, blocks })
      await copy.add(batchesOf([grant('ann'), grant('bob')], [grant('ann')]), 0)
      await attachGrants(sql, loadKey, await copy.finish())
      await blocks.close()
    })
    return loadKey
  }
  const former = await attached()
  await tenant((sql) => sql`update source_loads set state = 'aborted' where id = ${former}`)
  const onItsWay = await attached()
  await db.owner.sql.begin(async (holder) => {
    await holder.unsafe(`lock table source_grants_of_${onItsWay} in access exclusive mode`)
    await inTenant(db.owner.sql, tenantId, async (sql) => {
      await sql`select set_config('lock_timeout', '2s', true)`
      await eraseFromLoads(sql, tenantId, { id: 'ann', names: [], key: undefined })
    })
  })
  const left = await tenant(
    (sql) =>
      sql`select load_id as load, holder from source_grants where load_id in (${former}, ${onItsWay}) order by load_id, ordinal`,
  )
  expect(left.map(({ load, holder }) => [load, holder])).toEqual([
    [former, 'bob'],
    [onItsWay, 'ann'],
    [onItsWay, 'bob'],
    [onItsWay, 'ann'],
  ])
  const blocks = await tenant((sql) => sql`select load_id as load from source_grant_blocks`)
  expect([...blocks]).toEqual([{ load: onItsWay }])
})

test('a load that is given up when its grants have been copied ends without a fault', async () => {
  const grants = Array.from({ length: 8 }, (_, n) => `e1,crm,right${n}\n`).join('')
  const files = {
    'identities.csv': 'id,display_name\ne1,Ana\n',
    'grants.csv': `identity_id,application_id,entitlement_id\n${grants}`,
    'usage.csv': 'identity_id,application_id,day\ne1,crm,2025-01-01\n',
  }
  const { id } = await openLoad('app', files)
  await tenant((scoped) => beginLoad(scoped, tenantId, id))
  const { attempt } = await db.owner.sql.begin(async (holder) => {
    // Grants have been copied, and their partition is not indexed yet.
    await holder`lock table source_usage in exclusive mode`
    const begun = attemptOnce(loading, { tenantId, loadId: id })
    begun.catch(() => {})
    const waiting = () => db.owner.sql`select from pg_locks where relation = 'source_usage'::regclass and not granted`
    await expect.poll(async () => (await waiting()).length).toBe(1)
    await tenant((scoped) => abortLoad(scoped, id))
    return { attempt: begun }
  })
  await attempt
  expect(await getLoad(sql, tenantId, id)).toMatchObject({ state: 'aborted', errorMessage: '' })
})
