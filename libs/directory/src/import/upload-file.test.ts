import { inTenant, openDatabase } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { abortImport, beginCommit, createImport, getImport } from './imports.ts'
import { removeDeadUploads } from './staged-uploads.ts'
import { bytesOf } from './testing-imports.ts'
import { uploadImportFile } from './upload-file.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database

let tenant = 0
let id = ''
beforeEach(async () => {
  tenant = await db.tenantId()
  id = (await createImport(sql, tenant, { createdBy: 'tester', skipInvalid: false })).id
})

const people = 'id\nada\n'
const upload = (name: string, bytes: AsyncIterable<Uint8Array>, through = sql) =>
  uploadImportFile(through, tenant, id, name, bytes)

/** More than one piece, so that a part is stored; then it waits until `end` is called. */
function heldBytes() {
  const { promise: held, resolve: end } = Promise.withResolvers<void>()
  async function* bytes() {
    yield Buffer.from(people)
    for (let count = 0; count < 6; count++) yield Buffer.alloc(1024 * 1024, 'x\n')
    await held
  }
  return { bytes: bytes(), end }
}

async function storedPieces(): Promise<number> {
  const { count } = (
    await db.owner.sql<{ count: number }[]>`
    select count(*) from import_file_chunks where tenant_id = ${tenant}`
  )[0]!
  return count
}

async function underWay(pieces: number): Promise<void> {
  await expect.poll(storedPieces).toBeGreaterThanOrEqual(pieces)
}

test('while the bytes of many files are awaited, one connection serves them all and every other call', async () => {
  const single = openDatabase({ url: db.url, applicationName: 'assay-test-one', maxConnections: 1 })
  const held = ['identities.csv', 'grants.csv', 'usage.csv'].map((name) => ({ name, ...heldBytes() }))
  const uploads = held.map(({ name, bytes }) => upload(name, bytes, single.sql))
  await underWay(3)
  expect((await getImport(single.sql, tenant, id)).files).toEqual([])
  for (const { end } of held) end()
  await Promise.all(uploads)
  expect((await getImport(single.sql, tenant, id)).files.map(({ name }) => name)).toEqual([
    'grants.csv',
    'identities.csv',
    'usage.csv',
  ])
  await single.close()
})

test('an import is not committed while a file of it comes, nor by an upload that ends later', async () => {
  const { bytes, end } = heldBytes()
  const coming = upload('identities.csv', bytes)
  await underWay(1)
  const commit = () => inTenant(sql, tenant, (scoped) => beginCommit(scoped, id))
  await expect(commit()).rejects.toMatchObject({ kind: 'aborted', reason: 'UPLOAD_IN_PROGRESS' })
  expect(await getImport(sql, tenant, id)).toMatchObject({ state: 'open' })
  end()
  await coming
  expect(await commit()).toMatchObject({ state: 'committing' })
  await expect(upload('identities.csv', bytesOf(people))).rejects.toMatchObject({ kind: 'failed_precondition' })
})

test('an import that is aborted ends the uploads of its files, and nothing of them stays', async () => {
  const { bytes, end } = heldBytes()
  const coming = upload('identities.csv', bytes)
  const refused = expect(coming).rejects.toMatchObject({
    kind: expect.stringMatching(/^(aborted|failed_precondition)$/),
  })
  await underWay(1)
  expect(await abortImport(sql, tenant, id)).toMatchObject({ state: 'aborted' })
  end()
  await refused
  expect(await storedPieces()).toBe(0)
})

test('what the upload of a dead process left is removed by the next one, by a commit, and in time', async () => {
  const dead = async () => {
    await db.owner.sql`
      with left_over as (
        insert into import_uploads (tenant_id, import_id, file_name, live_until)
        values (${tenant}, ${Number(id)}, 'grants.csv', now() - interval '1 second') returning id)
      insert into import_file_chunks (tenant_id, upload_id, ordinal, compression, data)
      select ${tenant}, id, 0, 'none', 'x' from left_over`
  }
  await dead()
  await upload('identities.csv', bytesOf(people))
  expect(await storedPieces()).toBe(1)
  await dead()
  expect(await removeDeadUploads(sql)).toBe(1)
  expect(await storedPieces()).toBe(1)
  await dead()
  await inTenant(sql, tenant, (scoped) => beginCommit(scoped, id))
  expect(await storedPieces()).toBe(1)
})

test('an upload of which nothing was heard for long was given up, and is refused when it goes on', async () => {
  const { bytes, end } = heldBytes()
  const coming = upload('identities.csv', bytes)
  const refused = expect(coming).rejects.toMatchObject({ kind: 'aborted', reason: 'UPLOAD_GIVEN_UP' })
  await underWay(1)
  await db.owner.sql`update import_uploads set live_until = now() - interval '1 second' where tenant_id = ${tenant}`
  await removeDeadUploads(sql)
  end()
  await refused
  expect((await getImport(sql, tenant, id)).files).toEqual([])
  expect(await storedPieces()).toBe(0)
})

test('a tenant has so many uploads under way and no more, whatever process they go through; others have their own', async () => {
  const held = Array.from({ length: 8 }, () => heldBytes())
  const uploads = held.map(({ bytes }) => upload('identities.csv', bytes))
  await expect
    .poll(async () => (await db.owner.sql`select from import_uploads where tenant_id = ${tenant}`).length)
    .toBe(8)
  await expect(upload('grants.csv', bytesOf('x'))).rejects.toMatchObject({
    kind: 'resource_exhausted',
    reason: 'TOO_MANY_UPLOADS',
    retryAfterMs: expect.any(Number),
  })
  const other = await db.tenantId()
  const { id: othersId } = await createImport(sql, other, { createdBy: 'tester', skipInvalid: false })
  await uploadImportFile(sql, other, othersId, 'identities.csv', bytesOf(people))
  for (const { end } of held) end()
  await Promise.all(uploads)
  await upload('grants.csv', bytesOf('identity_id,entitlement_id\nada,read\n'))
})
