import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeEach, expect, test } from 'vitest'
import type { Import } from './import.ts'
import { beginCommit, createImport, getImport } from './imports.ts'
import { bytesOf } from './testing-imports.ts'
import { uploadImportFile } from './upload-file.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database
const owner = db.owner.sql

let tenant = 0
let id = ''
beforeEach(async () => {
  tenant = await db.tenantId()
  id = (await begin('ada')).id
  await upload()
})

function begin(createdBy: string, tenantId = tenant): Promise<Import> {
  return createImport(sql, tenantId, { createdBy, skipInvalid: false })
}

function upload() {
  return uploadImportFile(sql, tenant, id, 'identities.csv', bytesOf('id\nada\n'))
}

/** Makes everything that was done so far older by this many hours. */
async function age(hours: number): Promise<void> {
  const by = owner`make_interval(hours => ${hours})`
  await owner`update imports set created_at = created_at - ${by}`
  await owner`update import_files set uploaded_at = uploaded_at - ${by}`
}

test('an open import to which nobody has uploaded for a day gives way to the next one, and says why', async () => {
  const other = await db.tenantId()
  const ofOther = await begin('tess', other)
  await age(25)
  const next = await begin('grace')
  expect(next).toMatchObject({ state: 'open', createdBy: 'grace' })
  expect(await getImport(sql, tenant, id)).toMatchObject({
    state: 'aborted',
    createdBy: 'ada',
    errorMessage: 'It had no upload for 24 hours when another import began',
  })
  expect(await owner`select from import_uploads where tenant_id = ${tenant}`).toHaveLength(0)
  expect(
    await owner`select kind from ledger_entries where tenant_id = ${tenant} and subject_id = ${id} and kind = 'import.abort'`,
  ).toHaveLength(1)
  await expect(upload()).rejects.toMatchObject({
    kind: 'failed_precondition',
    message: `import "${id}" is aborted and cannot be given more files; begin another`,
  })
  expect(await getImport(sql, other, ofOther.id)).toMatchObject({ state: 'open' })
})

test.each<[string, () => Promise<unknown>]>([
  ['that is younger', () => age(23)],
  ['to which a file was uploaded since, though it is the same', () => age(25).then(upload)],
  [
    'to which a file comes',
    async () => {
      await age(25)
      await owner`
        insert into import_uploads (tenant_id, import_id, file_name, live_until)
        values (${tenant}, ${Number(id)}, 'grants.csv', now() + interval '10 minutes')`
    },
  ],
  [
    'that is being committed',
    async () => {
      await inTenant(sql, tenant, (scoped) => beginCommit(scoped, id))
      await age(25)
    },
  ],
])('an import %s refuses others', async (_, happens) => {
  await happens()
  const before = await getImport(sql, tenant, id)
  await expect(begin('grace')).rejects.toMatchObject({ kind: 'aborted', metadata: { importId: id } })
  expect(await getImport(sql, tenant, id)).toEqual(before)
})

test('of several that begin at once after a forgotten import, one begins', async () => {
  await age(25)
  const outcomes = await Promise.allSettled(['grace', 'hedy', 'joan'].map((by) => begin(by)))
  const begun = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []))
  const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  expect(begun).toHaveLength(1)
  expect(refused).toMatchObject([{ kind: 'aborted' }, { kind: 'aborted' }])
  const open = await owner<{ id: number }[]>`select id from imports where tenant_id = ${tenant} and state = 'open'`
  expect(open.map((one) => String(one.id))).toEqual(begun)
})
