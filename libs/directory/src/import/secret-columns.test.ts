import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { importFiles, snapshotByIds } from './testing-imports.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database

test('a column with the name of a secret becomes no attribute, and is reported without failing the import', async () => {
  const tenantId = await db.tenantId()
  const { state, errors, errorCount } = await importFiles(sql, tenantId, {
    'identities.csv':
      'id,display_name,Password,floor,passwordLastSet,api_keys[;]\nu1,Ana,hunter2,7,2024-05-01,hunter2;hunter3\nu2,Ben,hunter2,8,2024-05-01,\n',
    'grants.csv': 'identity_id,entitlement_id\nu1,e1\n',
  })
  const reason = (column: string) =>
    `the column "${column}" is left out, since it has the name of a secret and everybody who reads people would see it; rename it if it holds none`
  expect({ state, errors, errorCount }).toEqual({
    state: 'committed',
    errors: [
      { file: 'identities.csv', line: 1, column: 17, reason: reason('Password') },
      { file: 'identities.csv', line: 1, column: 48, reason: reason('api_keys') },
    ],
    errorCount: 2,
  })
  const view = await snapshotByIds(sql, tenantId)
  expect(view?.attributes.u1).toEqual({ directory_status: 'enabled', floor: '7', passwordLastSet: '2024-05-01' })
  const stored = await inTenant(sql, tenantId, (scoped) => scoped`select * from identities`)
  expect(JSON.stringify(stored)).not.toContain('hunter')
})

test('a fault beside it fails the import as ever', async () => {
  const tenantId = await db.tenantId()
  await expect(
    importFiles(sql, tenantId, {
      'identities.csv': 'id,password\nu1,hunter2\nu1,hunter2\n',
      'grants.csv': 'identity_id,entitlement_id\nu1,e1\n',
    }),
  ).rejects.toMatchObject({ kind: 'invalid_argument' })
})
