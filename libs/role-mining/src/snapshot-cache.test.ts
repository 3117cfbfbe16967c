import { commitImport, createImport, isInForce, uploadImportFile } from '@assay/directory'
import { askLast } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SnapshotCache } from './snapshot-cache.ts'

let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

async function importPeople(tenantId: number, people: readonly string[]): Promise<string> {
  const { id } = await createImport(db.database.sql, tenantId, { createdBy: 'tester', skipInvalid: false })
  const upload = (name: string, text: string) => uploadImportFile(db.database.sql, tenantId, id, name, bytesOf(text))
  await upload('identities.csv', ['id,department', ...people.map((person) => `${person},IT`)].join('\n'))
  await upload('grants.csv', `identity_id,application_id,entitlement_id\n${people[0]},git,read`)
  await commitImport(db.database.sql, tenantId, id)
  return id
}

async function* bytesOf(text: string) {
  yield new TextEncoder().encode(text)
}

const countOf = (cache: SnapshotCache, tenantId: number) =>
  cache.use(tenantId, async (_, loaded) => loaded?.snapshot.identityCount)

test('before the first import there is no snapshot, and after each import there is a separate one', async () => {
  const tenantId = await db.tenantId()
  const cache = new SnapshotCache(db.database.sql)
  expect(await countOf(cache, tenantId)).toBeUndefined()
  const first = await importPeople(tenantId, ['a', 'b'])
  expect(await cache.use(tenantId, async (_, loaded) => loaded?.importId)).toBe(first)
  expect(await countOf(cache, tenantId)).toBe(2)
  await importPeople(tenantId, ['a', 'b', 'c'])
  expect(await countOf(cache, tenantId)).toBe(3)
})

test('a snapshot is loaded once for all concurrent callers', async () => {
  const tenantId = await db.tenantId()
  await importPeople(tenantId, ['a'])
  const cache = new SnapshotCache(db.database.sql)
  const buffers = await Promise.all(
    // More callers than connections: a load that needed another connection while all callers wait would never end.
    Array.from({ length: 40 }, () => cache.use(tenantId, async (_, loaded) => loaded?.buffer)),
  )
  expect(buffers[0]).toBeInstanceOf(SharedArrayBuffer)
  expect(new Set(buffers).size).toBe(1)
  expect(await cache.use(tenantId, async (_, loaded) => loaded?.buffer)).toBe(buffers[0])
  const { entries, bytes, loads, hits, misses } = cache.counts
  expect({ entries, bytes, loads, questions: hits + misses }).toEqual({
    entries: 1,
    bytes: buffers[0]?.byteLength,
    loads: 1,
    questions: 41,
  })
  expect(misses).toBeGreaterThanOrEqual(1)
})

test('the least recently used snapshot is removed when there is no room, and the last one used stays', async () => {
  const tenants = [await db.tenantId(), await db.tenantId(), await db.tenantId()]
  for (const tenantId of tenants) await importPeople(tenantId, ['a'])
  const bufferOf = (cache: SnapshotCache, tenantId: number) => cache.use(tenantId, async (_, loaded) => loaded?.buffer)
  const size = (await bufferOf(new SnapshotCache(db.database.sql), tenants[0]!))?.byteLength ?? 0
  const cache = new SnapshotCache(db.database.sql, { mostBytes: 2 * size })
  const first = await bufferOf(cache, tenants[0]!)
  const second = await bufferOf(cache, tenants[1]!)
  expect(await bufferOf(cache, tenants[0]!)).toBe(first)
  await bufferOf(cache, tenants[2]!)
  expect(await bufferOf(cache, tenants[0]!)).toBe(first)
  expect(await bufferOf(cache, tenants[1]!)).not.toBe(second)
  const none = new SnapshotCache(db.database.sql, { mostBytes: 0 })
  const only = await bufferOf(none, tenants[0]!)
  expect(await bufferOf(none, tenants[0]!)).toBe(only)
})

test('an error of the work is thrown, and rolls the work back', async () => {
  const tenantId = await db.tenantId()
  await importPeople(tenantId, ['a'])
  const cache = new SnapshotCache(db.database.sql)
  const change = cache.use(tenantId, async (sql) => {
    await sql`update identities set department = 'Sales'`
    throw new Error('no')
  })
  await expect(change).rejects.toThrow('no')
  const departments = await cache.use(tenantId, (sql) => sql`select distinct department from identities`)
  expect(departments.map((row) => row.department)).toEqual(['IT'])
})

test('work that only reads begins on the loaded snapshot, and begins again on the one in force', async () => {
  const tenantId = await db.tenantId()
  const cache = new SnapshotCache(db.database.sql)
  const begunOn: (number | undefined)[] = []
  const read = (isRefused = false) =>
    cache.read({ tenantId }, async (sql, loaded) => {
      const count = loaded?.snapshot.identityCount
      begunOn.push(count)
      if (isRefused && count !== 3) throw new Error(`there are ${count} people`)
      const [row] = await sql<{ count: number }[]>`select count(*) as count from identities`
      return [count, row!.count]
    })
  expect(await read()).toEqual([undefined, 0])
  await importPeople(tenantId, ['a', 'b'])
  expect(await read()).toEqual([2, 2])
  expect(await read()).toEqual([2, 2])
  expect(begunOn).toEqual([undefined, 2, 2])
  await importPeople(tenantId, ['a', 'b', 'c'])
  // Results and errors from a snapshot that is no longer in force are dropped.
  expect(await read(true)).toEqual([3, 3])
  expect(begunOn).toEqual([undefined, 2, 2, 2, 3])
  await importPeople(tenantId, ['a'])
  await expect(read(true)).rejects.toThrow('there are 1 people')
})

test('work that can be one query runs only that query, and falls back to work that checks the snapshot first', async () => {
  const tenantId = await db.tenantId()
  const cache = new SnapshotCache(db.database.sql)
  const steps: string[] = []
  const read = () =>
    cache.readAtOnce(
      { tenantId },
      async (sql, { version, snapshot }) => {
        steps.push('attempt')
        const rows = sql<{ id: string }[]>`select id from identities where ${isInForce(sql, version)}`
        return (await askLast(sql, rows)).length > 0 ? snapshot.identityCount : undefined
      },
      async (_, loaded) => {
        steps.push('work')
        return loaded?.snapshot.identityCount
      },
    )
  const stepsOf = async (expected: number | undefined) => {
    steps.length = 0
    expect(await read()).toBe(expected)
    return [...steps]
  }
  expect(await stepsOf(undefined)).toEqual(['work'])
  await importPeople(tenantId, ['a', 'b'])
  expect(await stepsOf(2)).toEqual(['work'])
  expect(await stepsOf(2)).toEqual(['attempt'])
  await importPeople(tenantId, ['a', 'b', 'c'])
  // The work begins on the loaded snapshot, too, and again on the one in force.
  expect(await stepsOf(3)).toEqual(['attempt', 'work', 'work'])
  expect(await stepsOf(3)).toEqual(['attempt'])
})
