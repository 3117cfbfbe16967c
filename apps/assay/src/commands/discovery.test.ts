import { isDiscoveryOn } from '@assay/role-sessions'
import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { discoveryCommand } from './discovery.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const local = await db.tenantId('local')
const acme = await db.tenantId('acme')

async function run(line: string): Promise<string> {
  const printed: string[] = []
  const command = discoveryCommand((text) => printed.push(text), { DATABASE_URL: db.ownerUrl })
  command.exitOverride().configureOutput({ writeErr: () => {} })
  await command.parseAsync(line.split(' '), { from: 'user' })
  return printed.join('\n')
}
const isOn = (tenantId: number) => inTenant(db.database.sql, tenantId, isDiscoveryOn)

test('discovery is switched off and on again for one tenant', async () => {
  expect(await run('off')).toBe('Automatic discovery is off for the imports of "local" from now on.')
  expect([await isOn(local), await isOn(acme)]).toEqual([false, true])
  await run('off --tenant acme')
  await run('on')
  expect([await isOn(local), await isOn(acme)]).toEqual([true, false])
})

test.each([
  ['maybe', 'on, off'],
  ['off --tenant nobody', 'There is no tenant "nobody"'],
])('%s is refused', async (line, message) => {
  await expect(run(line)).rejects.toThrow(message)
})
