import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { commitImport } from './commit-import.ts'
import { createImport, getImport } from './imports.ts'
import { uploadImportFile } from './upload-file.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database

async function* bytesOf(text: string) {
  yield Buffer.from(text)
}

/** People and grants by number: person n holds entitlement n. */
async function load(tenantId: number, ids: readonly number[], isGuarded: boolean, disabled: readonly number[] = []) {
  const { id } = await createImport(sql, tenantId, { createdBy: 'test', skipInvalid: false })
  const status = (n: number) => (disabled.includes(n) ? 'disabled' : 'enabled')
  const files = {
    'identities.csv': ['id,status', ...ids.map((n) => `p${n},${status(n)}`), ''].join('\n'),
    'grants.csv': ['identity_id,entitlement_id', ...ids.map((n) => `p${n},e${n}`), ''].join('\n'),
  }
  for (const [name, text] of Object.entries(files)) await uploadImportFile(sql, tenantId, id, name, bytesOf(text))
  const outcome = await commitImport(sql, tenantId, id, { isGuarded }).then(
    () => 'committed',
    (error: Error) => error.message,
  )
  return { outcome, state: await getImport(sql, tenantId, id) }
}

const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

test('a guarded import that would remove more than a fifth changes nothing and says how much; up to a fifth it loads', async () => {
  const tenantId = await db.tenantId()
  // The first import has nothing to remove.
  expect((await load(tenantId, ten, true)).outcome).toBe('committed')
  const refused = await load(tenantId, ten.slice(3), true)
  expect(refused.outcome).toBe(
    'It would remove 3 of 10 people (30 %) and 3 of 10 grants (30 %) in force, and was not confirmed; nothing was changed.',
  )
  const removal = { peopleBefore: 10, peopleRemoved: 3, grantsBefore: 10, grantsRemoved: 3 }
  expect(refused.state).toMatchObject({ state: 'failed', errorMessage: refused.outcome, removal })
  expect((await load(tenantId, ten.slice(2), true)).outcome).toBe('committed')
  expect((await load(tenantId, ten.slice(2), true, ten)).outcome).toBe('committed')
})

test('as many people under other ids are as many removed; without the guard they replace the others', async () => {
  const tenantId = await db.tenantId()
  await load(tenantId, ten, true)
  const others = ten.map((n) => n + 10)
  expect((await load(tenantId, others, true)).state.removal).toMatchObject({ peopleRemoved: 10, grantsRemoved: 10 })
  expect(await load(tenantId, others, false)).toMatchObject({
    outcome: 'committed',
    state: { state: 'committed', removal: undefined },
  })
})
