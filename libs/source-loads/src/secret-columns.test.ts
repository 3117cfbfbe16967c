import { expect, test } from 'vitest'
import { importNatively, inForce, load, useTenants } from './testing-tenant.ts'

await useTenants()

const reason =
  'is left out, since it has the name of a secret and everybody who reads people would see it; rename it if it holds none'

test('a load reports the column of a secret once, and nobody gets the attribute', async () => {
  const { state, report } = await load('hr', {
    'identities.csv': 'id,display_name,password,floor\nana,Ana,hunter2,7\nben,Ben,hunter2,8\n',
    'grants.csv': 'identity_id,application_id,entitlement_id\nana,crm,read\n',
  })
  expect(state).toBe('committed')
  expect(report.filter((line) => line.includes('password'))).toEqual([
    `identities.csv: the column "password" ${reason}`,
  ])
  expect((await inForce()).people).toEqual(['ana Ana {"floor": "7"}', 'ben Ben {"floor": "8"}'])
})

test('an import beside another source reports it as one alone does, and is not refused', async () => {
  await load('hr', { 'identities.csv': 'id,display_name\nana,Ana\n' })
  const { state, errors, errorCount } = await importNatively({
    'identities.csv': 'id,display_name,password,floor\nben,Ben,hunter2,8\n',
    'grants.csv': 'identity_id,application_id,entitlement_id\nben,crm,read\n',
  })
  expect({ state, errors, errorCount }).toEqual({
    state: 'committed',
    errors: [{ file: 'identities.csv', line: 1, column: 17, reason: `the column "password" ${reason}` }],
    errorCount: 1,
  })
  expect((await inForce()).people).toEqual(['ana Ana', 'ben Ben {"floor": "8"}'])
})
