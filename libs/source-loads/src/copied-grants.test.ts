import type { GrantRecord } from '@assay/sources'
import { expect, test } from 'vitest'
import { copyGrants } from './copied-grants.ts'
import { openLoad, tenant, tenantId, useTenants } from './testing-tenant.ts'

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
  return Number((await openLoad('hr', { 'people.csv': 'id\nann\n' })).id)
}

test('copied grants stand as they were read, in their order and behind those before', async () => {
  const loadKey = await openedLoad()
  const destination = { tenantId, loadKey, first: 7, formOffset: 2 }
  const rows = await tenant(async (sql) => {
    expect(
      await copyGrants(sql, destination, batchesOf([grant('ann'), grant('bob', '2030-12-31')], [], [grant('cy')])),
    ).toBe(3)
    // A second source of the load comes behind it, in the same transaction.
    expect(await copyGrants(sql, { ...destination, first: 10 }, batchesOf([grant('di')]))).toBe(1)
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
    { ...rest, ordinal: 7, holder: 'ann' },
    { ...rest, ordinal: 8, holder: 'bob', ends: '2030-12-31' },
    { ...rest, ordinal: 9, holder: 'cy' },
    { ...rest, ordinal: 10, holder: 'di' },
  ])
})

test('grants whose reading breaks off leave nothing, and the connection serves the next', async () => {
  const loadKey = await openedLoad()
  const broken = async function* () {
    yield [grant('ann')]
    throw new Error('the file is gone')
  }
  const destination = { tenantId, loadKey, first: 0, formOffset: 0 }
  await expect(tenant((sql) => copyGrants(sql, destination, broken()))).rejects.toThrow('the file is gone')
  const rows = await tenant((sql) => sql`select from source_grants where load_id = ${loadKey}`)
  expect(rows).toHaveLength(0)
})
