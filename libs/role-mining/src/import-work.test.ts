import { beginCommit, commitImport, createImport, getImport, uploadImportFile } from '@assay/directory'
import { prepareQueues } from '@assay/jobs'
import { attemptOnce } from '@assay/jobs/testing'
import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import { importWork } from './import-work.ts'
import { queues } from './queues.ts'
import { listRuns } from './runs.ts'

const db = await createTestDatabase()
await prepareQueues(db.ownerUrl, queues)
afterAll(() => db.drop())
const { sql } = db.database
const followed: string[] = []
const work = importWork({
  sql,
  commit: (tenantId, importId, choices) => commitImport(sql, tenantId, importId, choices),
  followUp: async (_, { importId }) => void followed.push(importId),
  onCommitted() {},
  onPausedRules() {},
  onUncheckedRules: (_, error) => expect.unreachable(String(error)),
})

async function* bytesOf(text: string) {
  yield Buffer.from(text)
}

async function commit(tenantId: number, people: string, analyse?: boolean) {
  const { id: importId } = await createImport(sql, tenantId, { createdBy: 'test', skipInvalid: false })
  const files = { 'identities.csv': `id\n${people}\n`, 'grants.csv': `identity_id,entitlement_id\n${people},x\n` }
  for (const [name, text] of Object.entries(files)) {
    await uploadImportFile(sql, tenantId, importId, name, bytesOf(text))
  }
  await inTenant(sql, tenantId, (scoped) => beginCommit(scoped, importId))
  await attemptOnce(work, { tenantId, importId, ...(analyse !== undefined && { analyse }) })
  return getImport(sql, tenantId, importId)
}

const runsOf = (tenantId: number) =>
  inTenant(sql, tenantId, async (scoped) => {
    const { runs } = await listRuns(scoped, { size: 10 })
    // Otherwise the next trigger would share this run.
    await scoped`update role_mining_runs set status = 'completed'`
    return runs.map(({ triggerDetail }) => triggerDetail)
  })

test('an import that changes something starts an analysis; one that changes nothing says so, and starts an analysis only on request', async () => {
  const tenantId = await db.tenantId()
  const first = await commit(tenantId, 'ada')
  expect(first).toMatchObject({ state: 'committed', sameContentAs: undefined })
  expect(await runsOf(tenantId)).toEqual([`Import ${first.id}`])
  expect(await commit(tenantId, 'ada')).toMatchObject({ state: 'committed', sameContentAs: first.id })
  expect(await runsOf(tenantId)).toHaveLength(1)
  const asked = await commit(tenantId, 'ada', true)
  expect(asked).toMatchObject({ state: 'committed', sameContentAs: first.id })
  expect((await runsOf(tenantId))[0]).toBe(`Import ${asked.id}`)
  const changed = await commit(tenantId, 'ben', true)
  expect(await runsOf(tenantId)).toEqual([changed, asked, first].map(({ id }) => `Import ${id}`))
  expect(followed).toEqual([first.id, changed.id])
})
