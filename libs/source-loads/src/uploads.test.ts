import { createHash } from 'node:crypto'
import { attemptOnce } from '@assay/jobs/testing'
import { expect, test } from 'vitest'
import { abortLoad, beginLoad, confirmLoad, createLoad, getLoad } from './loads.ts'
import { previewMap } from './preview-map.ts'
import { removeDeadLoadUploads } from './stored-content.ts'
import {
  compose,
  db,
  inForce,
  load,
  loading,
  openLoad,
  sql,
  switchTenant,
  tenant,
  tenantId,
  tools,
  useTenants,
} from './testing-tenant.ts'
import { createUpload, deleteUpload, getUpload, listUploads, mostPartBytes, storePart, takeUploads } from './uploads.ts'

await useTenants()

const people = 'id,display_name,email,department\np1,Ana Ruiz,ana@example.org,Sales\np2,Ben Ode,ben@example.org,\n'
const pairs = 'user,entitlement,application\np1,read,crm\np2,write,crm\n'

const begin = (name: string, sizeBytes: number) =>
  tenant((scoped) => createUpload(scoped, tenantId, { name, sizeBytes, createdBy: 'tester' }))
const part = (id: string, offset: number, text: string) => storePart(sql, tenantId, id, offset, Buffer.from(text))

async function uploaded(name: string, content: string | Buffer): Promise<string> {
  const bytes = Buffer.from(content)
  const { id } = await begin(name, bytes.length)
  for (let at = 0; at < bytes.length; at += mostPartBytes) {
    await storePart(sql, tenantId, id, at, bytes.subarray(at, at + mostPartBytes))
  }
  return id
}

const preview = (uploadIds: readonly string[], content = '', readyMap = '') =>
  previewMap(sql, tenantId, { uploadIds, content, readyMap, reading: {} }, tools.temporaryDirectory)

test('parts come one after the other; one that was sent twice counts once, and any other offset says where to go on', async () => {
  const { id } = await begin('people.csv', 10)
  expect(await part(id, 0, 'abcd')).toMatchObject({ receivedBytes: 4 })
  const again = await part(id, 0, 'abcd')
  expect(again.receivedBytes).toBe(4)
  const hash = createHash('sha256').update('abcd').digest()
  expect(again.partsHash).toBe(hash.toString('hex'))
  await expect(part(id, 6, 'ef')).rejects.toMatchObject({ reason: 'WRONG_OFFSET', metadata: { receivedBytes: '4' } })
  await expect(part(id, 2, 'cdef')).rejects.toMatchObject({ reason: 'WRONG_OFFSET' })
  await expect(part(id, 4, 'efghijk')).rejects.toMatchObject({ kind: 'invalid_argument' })
  await expect(part(id, 4, '')).rejects.toMatchObject({ kind: 'invalid_argument' })
  expect(await part(id, 4, 'efghij')).toMatchObject({
    receivedBytes: 10,
    partsHash: createHash('sha256').update(hash).update('efghij').digest('hex'),
  })
  expect((await tenant(listUploads)).map(({ name, receivedBytes }) => [name, receivedBytes])).toEqual([
    ['people.csv', 10],
  ])
  await expect(part('no-id', 0, 'x')).rejects.toMatchObject({ kind: 'not_found' })
  const owner = tenantId
  switchTenant(await db.tenantId())
  await expect(part(id, 10, 'x')).rejects.toMatchObject({ kind: 'not_found' })
  expect(await tenant(listUploads)).toEqual([])
  switchTenant(owner)
  await tenant((scoped) => deleteUpload(scoped, id))
  await expect(tenant((scoped) => getUpload(scoped, id))).rejects.toMatchObject({ kind: 'not_found' })
})

test('uploads that nobody goes on with expire, and no tenant has more than a hundred', async () => {
  for (let count = 0; count < 100; count++) await begin(`file-${count}.csv`, 1)
  await expect(begin('one-more.csv', 1)).rejects.toMatchObject({ kind: 'resource_exhausted' })
  await tenant((scoped) => scoped`update source_files set live_until = now() - interval '1 second'`)
  expect(await tenant(listUploads)).toEqual([])
  const { id } = await begin('later.csv', 1)
  expect(await tenant((scoped) => scoped`select id from source_files`)).toHaveLength(1)
  await tenant((scoped) => deleteUpload(scoped, id))
  await expect(begin('huge.csv', 17 * 2 ** 30)).rejects.toMatchObject({ kind: 'resource_exhausted' })
  await expect(begin('', 1)).rejects.toMatchObject({ kind: 'invalid_argument' })
  await expect(begin('😀'.repeat(513), 1)).rejects.toMatchObject({ kind: 'invalid_argument' })
  const { name } = await begin('😀'.repeat(512), 1)
  expect([...name]).toHaveLength(512)
})

test('of two that begin at once when one place is left, one is refused', async () => {
  for (let count = 0; count < 99; count++) await begin(`file-${count}.csv`, 1)
  const both = await Promise.allSettled([begin('a.csv', 1), begin('b.csv', 1)])
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await tenant(listUploads)).toHaveLength(100)
})

test('a load takes whole uploads as its files, waits for a yes when it is asked to, and then comes into force', async () => {
  const ids = [await uploaded('people.csv', people), await uploaded('pairs.csv', pairs)]
  const half = await begin('half.csv', 5)
  await load('hr', { 'people.csv': people })
  const { id: loadId } = await tenant((scoped) =>
    createLoad(scoped, tenantId, 'hr', { createdBy: 'tester', skipInvalid: false, reading: {} }),
  )
  await expect(takeUploads(sql, tenantId, loadId, [...ids, half.id])).rejects.toMatchObject({ kind: 'aborted' })
  expect((await getLoad(sql, tenantId, loadId)).files).toEqual([])
  const files = await takeUploads(sql, tenantId, loadId, ids)
  expect(files).toEqual([
    { name: 'people.csv', sizeBytes: people.length, sha256: createHash('sha256').update(people).digest('hex') },
    { name: 'pairs.csv', sizeBytes: pairs.length, sha256: createHash('sha256').update(pairs).digest('hex') },
  ])
  await tenant((scoped) => beginLoad(scoped, tenantId, loadId, { review: true }))
  await attemptOnce(loading, { tenantId, loadId })
  expect(await getLoad(sql, tenantId, loadId)).toMatchObject({
    state: 'awaiting_confirmation',
    counts: { people: 2, grants: 2 },
    removals: undefined,
  })
  const before = await inForce()
  await compose()
  expect(await inForce()).toEqual(before)
  await tenant((scoped) => confirmLoad(scoped, tenantId, loadId, 'tester'))
  await compose()
  expect(await getLoad(sql, tenantId, loadId)).toMatchObject({ state: 'committed', confirmedBy: undefined })
  expect((await inForce()).grants).toEqual(['p1 crm read', 'p2 crm write'])
  // A load that is tried again finds the uploads.
  expect((await tenant(listUploads)).map(({ name }) => name)).toEqual(['people.csv', 'pairs.csv', 'half.csv'])
  await expect(takeUploads(sql, tenantId, loadId, ids)).rejects.toMatchObject({ kind: 'failed_precondition' })
})

test('two loads take the same uploads at once, and none takes two files of one name', async () => {
  const ids = [await uploaded('people.csv', people), await uploaded('pairs.csv', pairs)]
  const { id: first } = await openLoad('hr', {})
  const { id: second } = await openLoad('crm', {})
  const taken = await Promise.all([
    takeUploads(sql, tenantId, first, ids),
    takeUploads(sql, tenantId, second, ids.toReversed()),
  ])
  expect(taken.map((files) => files.map(({ name }) => name))).toEqual([
    ['people.csv', 'pairs.csv'],
    ['pairs.csv', 'people.csv'],
  ])
  const other = await uploaded('people.csv', people.replace('Ana', 'Eve'))
  await expect(takeUploads(sql, tenantId, first, [...ids, other])).rejects.toMatchObject({
    kind: 'invalid_argument',
    message: expect.stringContaining('"people.csv"'),
  })
  await expect(takeUploads(sql, tenantId, first, ids, AbortSignal.abort())).rejects.toThrow(/abort/)
  expect((await getLoad(sql, tenantId, first)).files).toHaveLength(2)
})

test('a load reads what it took though the upload is deleted or expires meanwhile, and what nobody reads goes', async () => {
  const ids = [await uploaded('people.csv', people), await uploaded('pairs.csv', pairs)]
  const loadId = await openLoad('hr', {}).then(({ id }) => id)
  await takeUploads(sql, tenantId, loadId, ids)
  await tenant((scoped) => deleteUpload(scoped, ids[0] ?? ''))
  await tenant(
    (scoped) => scoped`update source_files set live_until = now() - interval '1 second' where id = ${ids[1] ?? ''}`,
  )
  expect(await tenant(listUploads)).toEqual([])
  await begin('another.csv', 1)
  await removeDeadLoadUploads(sql)
  await tenant((scoped) => beginLoad(scoped, tenantId, loadId))
  await attemptOnce(loading, { tenantId, loadId })
  await compose()
  expect(await getLoad(sql, tenantId, loadId)).toMatchObject({ state: 'committed', counts: { people: 2, grants: 2 } })
  const left = () =>
    tenant((scoped) => scoped<{ name: string }[]>`select name from source_files where live_until < now()`)
  await removeDeadLoadUploads(sql)
  expect(await left()).toEqual([])
})

test('an upload that began before its hash was kept is hashed when it goes on and when it is taken', async () => {
  const { id } = await begin('people.csv', people.length)
  await part(id, 0, people.slice(0, 7))
  await tenant((scoped) => scoped`update source_files set hash_state = ''`)
  await part(id, 7, people.slice(7))
  const { id: loadId } = await openLoad('hr', {})
  const sha256 = createHash('sha256').update(people).digest('hex')
  expect(await takeUploads(sql, tenantId, loadId, [id])).toMatchObject([{ sha256 }])
  await tenant((scoped) => scoped`update source_files set hash_state = ''`)
  expect(await takeUploads(sql, tenantId, loadId, [id])).toMatchObject([{ sha256 }])
})

test('files that come in parts neither hold up nor are counted among those that stream', async () => {
  for (let count = 0; count < 9; count++) await begin(`file-${count}.csv`, 10)
  expect(await load('hr', { 'people.csv': people })).toMatchObject({ state: 'committed' })
})

test('a look says which map takes each file and why not, what comes of the first rows, and what is wrong', async () => {
  const faulty = people.replace(
    'Ben Ode,ben@example.org,',
    'Ben Ode,ben@example.org,\np1,Ana Other,ana@example.org,Finance',
  )
  const ids = [
    await uploaded('people.csv', faulty),
    await uploaded('picture.png', Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1')),
  ]
  const found = await preview(ids)
  expect(found.parts).toMatchObject([
    {
      part: { name: 'people.csv' },
      map: 'native',
      columns: [
        { name: 'id', values: ['p1', 'p2'], filled: 3 },
        { name: 'display_name' },
        { name: 'email' },
        { name: 'department', values: ['Sales', 'Finance'], filled: 2 },
      ],
      rowCount: 3,
    },
  ])
  expect(found.others).toMatchObject([{ name: 'picture.png', look: 'an image' }])
  expect(found.records[0]).toMatchObject({
    kind: 'people',
    count: 2,
    rows: [['p1', 'Ana Ruiz', 'ana@example.org', 'Sales', 'enabled', 'human'], expect.anything()],
  })
  expect(found).toMatchObject({ faultCount: 1, isPartial: false, mapFault: undefined })
  expect(found.mapContent).toContain('name: native')
})

test('an own map is read with the files; what is wrong with it is told with its line, and a first one is proposed', async () => {
  const id = await uploaded('badge.csv', 'badge,full name,doors\n1,Ana,north\n2,Ben,south\n')
  const unknown = await preview([id])
  expect(unknown.parts[0]).toMatchObject({ map: '', columnCount: 3 })
  expect(unknown.mapContent).toContain('inputs:')
  expect((await preview([id], unknown.mapContent)).records).toMatchObject([{ kind: 'people', count: 2 }])
  expect((await preview([id], 'map: 1\nname: x\nnonsense: y\n')).mapFault).toMatchObject({ line: 3 })
  await expect(preview([id], '', 'no-such-map')).rejects.toMatchObject({ kind: 'invalid_argument' })
  await expect(preview(['999999'])).rejects.toMatchObject({ kind: 'not_found' })
})

test('of a file that still comes, the lines that are there are looked at', async () => {
  const { id } = await begin('people.csv', 10_000)
  expect((await preview([id])).others).toMatchObject([{ look: expect.stringContaining('nothing has come') }])
  await part(id, 0, people.slice(0, -10))
  const found = await preview([id])
  expect(found).toMatchObject({ isPartial: true, faultCount: 0, records: [{ kind: 'people', count: 1 }] })
  const { id: zip } = await begin('all.zip', 10_000)
  await part(zip, 0, 'PK\x03\x04 and so on')
  expect((await preview([zip])).others).toMatchObject([{ look: expect.stringContaining('once all of it is there') }])
})

test('a look reads the beginning of long texts, no long YAML, and lets others have their turn', async () => {
  const rows = Array.from({ length: 60_000 }, (_, row) => `p${row},Ana Ruiz,ana${row}@example.org,Sales\n`)
  const table = await uploaded('people.csv', `id,display_name,email,department\n${rows.join('')}`)
  const yaml = await uploaded('roles.yaml', '- {name: reader, members: [ana]}\n'.repeat(10_000))
  let turns = 0
  let looking = true
  const takeTurn = () => {
    turns++
    if (looking) setImmediate(takeTurn)
  }
  setImmediate(takeTurn)
  const found = await preview([table, yaml]).finally(() => {
    looking = false
  })
  expect(found).toMatchObject({ isPartial: true, faultCount: 0 })
  // A megabyte is read about four times, in pieces of 64 KiB.
  expect(turns).toBeGreaterThan(30)
  const read = found.records[0]?.count ?? 0
  expect(read).toBeGreaterThan(20_000)
  expect(read).toBeLessThan(30_000)
  expect(found.others).toMatchObject([{ name: 'roles.yaml', look: expect.stringContaining('too large') }])
})

test('a load that waits for a yes can be given up, and changes nothing', async () => {
  const ids = [await uploaded('people.csv', people)]
  await load('hr', { 'people.csv': people })
  const before = await inForce()
  const { id } = await tenant((scoped) =>
    createLoad(scoped, tenantId, 'hr', { createdBy: 'tester', skipInvalid: false, reading: {} }),
  )
  await takeUploads(sql, tenantId, id, ids)
  await tenant((scoped) => beginLoad(scoped, tenantId, id, { review: true }))
  await attemptOnce(loading, { tenantId, loadId: id })
  expect((await tenant((scoped) => abortLoad(scoped, id))).state).toBe('aborted')
  await compose()
  expect(await inForce()).toEqual(before)
})
