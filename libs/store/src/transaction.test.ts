import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from './database.ts'
import type { Sql, TenantSql } from './handles.ts'
import { withDomainErrors } from './postgres-errors.ts'
import { inTenant } from './tenant-scope.ts'
import { createTestDatabase, relayTo } from './testing.ts'
import { askLast, inTransaction } from './transaction.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

let ours = 0
let theirs = 0
beforeAll(async () => {
  ours = await db.tenantId()
  theirs = await db.tenantId()
  await db.owner.sql.unsafe(`
    create table notes (tenant_id integer not null default current_setting('assay.tenant_id')::integer, text text);
    select keep_tenants_apart('notes', 'select, insert');
  `)
})

/** A pool with one connection, so that the next query gets the same one. */
let single: Database
beforeEach(async () => {
  await db.owner.sql`truncate notes`
  single = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 1 })
})
afterEach(() => single.close())

async function endConnectionOf(tx: TenantSql): Promise<void> {
  const { pid } = (await tx<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]!
  await db.owner.sql`select pg_terminate_backend(${pid})`
  await waitUntil(async () => (await db.owner.sql`select from pg_stat_activity where pid = ${pid}`).length === 0)
}

async function waitUntil(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(5)
}

async function notes(): Promise<{ tenant: number; text: string }[]> {
  return [...(await db.owner.sql<{ tenant: number; text: string }[]>`select tenant_id as tenant, text from notes`)]
}

async function expectSoundness(sql: Sql): Promise<void> {
  expect(await inTenant(sql, theirs, (tx) => tx`select 1 as one`)).toMatchObject([{ one: 1 }])
  expect(await sql`select 2 as two`).toMatchObject([{ two: 2 }])
}

test('a connection that breaks during a query makes the work unavailable, and the next query finds a sound one', async () => {
  const work = inTenant(single.sql, ours, async (tx) => {
    const { pid } = (await tx<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]!
    const sleeping = tx`select pg_sleep(600)`.execute()
    await db.owner.sql`select pg_terminate_backend(${pid})`
    await sleeping
  })
  await expect(work).rejects.toMatchObject({ kind: 'unavailable' })
  await expectSoundness(single.sql)
})

test('a connection that breaks between two queries makes the work unavailable, and the next query finds a sound one', async () => {
  const work = inTenant(single.sql, ours, async (tx) => {
    await endConnectionOf(tx)
    await tx`insert into notes (text) values ('late')`
  })
  await expect(work).rejects.toMatchObject({ kind: 'unavailable' })
  await expectSoundness(single.sql)
  expect(await notes()).toEqual([])
})

test('work that goes on after its connection broke cannot touch the next transaction of that connection', async () => {
  const nextIsOpen = Promise.withResolvers<void>()
  const lateIsOver = Promise.withResolvers<unknown>()
  const lost = inTenant(single.sql, ours, async (tx) => {
    await endConnectionOf(tx)
    await nextIsOpen.promise
    // Queries of every kind, and then an outcome that the driver would answer with a rollback.
    const attempts = [
      () => tx`insert into notes (text) values ('late')`,
      () => tx.unsafe(`insert into notes (text) values ('late')`),
      () => tx.savepoint((inner) => inner`insert into notes (text) values ('late')`),
    ]
    const outcomes = await Promise.allSettled(attempts.map(async (attempt) => attempt()))
    lateIsOver.resolve(outcomes.map((outcome) => outcome.status))
    throw new Error('late')
  })
  await expect(lost).rejects.toMatchObject({ kind: 'unavailable' })
  await expectSoundness(single.sql)

  await inTenant(single.sql, theirs, async (tx) => {
    await tx`insert into notes (text) values ('first')`
    nextIsOpen.resolve()
    expect(await lateIsOver.promise).toEqual(['rejected', 'rejected', 'rejected'])
    await sleep(20)
    await tx`insert into notes (text) values ('second')`
  })
  expect(await notes()).toEqual([
    { tenant: theirs, text: 'first' },
    { tenant: theirs, text: 'second' },
  ])
})

test('work that answers the broken connection with more queries at once does no harm', async () => {
  const work = inTenant(single.sql, ours, async (tx) => {
    const { pid } = (await tx<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]!
    const sleeping = tx.savepoint((inner) => inner`select pg_sleep(600)`)
    await db.owner.sql`select pg_terminate_backend(${pid})`
    await sleeping.catch(() => tx`insert into notes (text) values ('again')`).catch(() => tx`select 1`)
  })
  await expect(work).rejects.toMatchObject({ kind: 'unavailable' })
  await expectSoundness(single.sql)
})

test('other transactions of the pool go on when one loses its connection', async () => {
  const pool = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 4 })
  const others = Array.from({ length: 3 }, (_, turn) =>
    inTenant(pool.sql, ours, async (tx) => {
      for (let step = 0; step < 40; step++) await tx`insert into notes (text) values (${`${turn}`})`
    }),
  )
  const broken = inTenant(pool.sql, theirs, async (tx) => {
    await endConnectionOf(tx)
    await tx`select 1`
  })
  await expect(broken).rejects.toMatchObject({ kind: 'unavailable' })
  await Promise.all(others)
  expect(await notes()).toHaveLength(120)
  await pool.close()
})

test('a handle that outlives its transaction refuses to be used', async () => {
  const handle = await inTenant(single.sql, ours, async (tx) => [tx] as const)
  expect(() => handle[0]`select 1`).toThrow('The transaction is over')
  expect(() => handle[0].unsafe('select 1')).toThrow('The transaction is over')
})

test('savepoints nest, and undo what is theirs alone', async () => {
  await inTenant(single.sql, ours, async (tx) => {
    await tx`insert into notes (text) values ('kept')`
    const failing = tx.savepoint('attempt', async (inner) => {
      await inner`insert into notes (text) values ('undone')`
      await inner.savepoint((deeper) => deeper`select 1 / 0`)
    })
    await expect(failing).rejects.toThrow('division by zero')
    expect(await tx.savepoint(async (inner) => inner`select text from notes`)).toMatchObject([{ text: 'kept' }])
  })
  expect(await notes()).toEqual([{ tenant: ours, text: 'kept' }])
})

test('results come out as they are, arrays too', async () => {
  expect(await inTransaction(single.sql, async () => [1, 2])).toEqual([1, 2])
  expect(await inTransaction(single.sql, async () => undefined)).toBeUndefined()
})

test('COPY, fragments and cursors work on the handle', async () => {
  const counts = await inTenant(single.sql, ours, async (tx) => {
    const copy = await tx`copy (select * from generate_series(1, 3)) to stdout`.readable()
    let text = ''
    for await (const piece of copy) text += String(piece)
    const condition = tx`n > ${1}`
    const rows = await tx`select n from generate_series(1, 3) n where ${condition}`
    let seen = 0
    for await (const batch of tx`select from generate_series(1, 5)`.cursor(2)) seen += batch.length
    return [text, rows.length, seen]
  })
  expect(counts).toEqual(['1\n2\n3\n', 2, 5])
})

test('a COPY whose last piece fills its stream ends all the same, and the next query is answered', async () => {
  // The driver stops reading from the server while a stream is full; whether that happens at the last piece depends on the sizes.
  await inTenant(single.sql, ours, async (tx) => {
    for (let more = 0; more < 40; more++) {
      const copy = await tx.unsafe(`copy (select repeat('x', ${65_531 + more})) to stdout`).readable()
      let length = 0
      for await (const piece of copy as AsyncIterable<Buffer>) length += piece.length
      expect(length).toBe(65_532 + more)
      await tx`select 1`
    }
  })
})

test('where all connections are in use, queries and transactions that wait too long are refused and have not run', async () => {
  const busy = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 1, maxWaitMs: 50 })
  try {
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const holder = inTransaction(busy.sql, () => held)
    const write = inTenant(busy.sql, ours, (tx) => tx`insert into notes (text) values ('too late')`)
    for (const refused of [write, withDomainErrors(busy.sql`select 1`)])
      await expect(refused).rejects.toMatchObject({ kind: 'unavailable', reason: 'DATABASE_BUSY' })
    release()
    await holder
    expect(await inTransaction(busy.sql, (tx) => tx`select 1 as one`)).toEqual([{ one: 1 }])
    expect(await notes()).toEqual([])
  } finally {
    await busy.close()
  }
})

/** A pool whose connection is cut when these words are sent. */
async function cutAt(words: string) {
  const relay = await relayTo(db.url, { cutsAt: words })
  const { sql, close } = openDatabase({ url: relay.url, applicationName: 'assay-test', maxConnections: 1 })
  return {
    sql,
    async close() {
      await close()
      await relay.close()
    },
  }
}

test.each([
  ['in a query: nothing was done, so the caller is told when to repeat it', 'cut here', 5_000],
  ['at the commit: nobody knows, so the caller is told of no time to repeat it', 'commit', undefined],
])('a connection that breaks %s', async (_, words, retryAfterMs) => {
  const { sql, close } = await cutAt(words)
  const work = inTenant(sql, ours, async (tx) => {
    await tx`insert into notes (text) values ('a note')`
    await tx`select 'cut here'`
  })
  await expect(work).rejects.toMatchObject({ kind: 'unavailable', reason: 'DATABASE_UNAVAILABLE', retryAfterMs })
  await close()
})

test('a connection that breaks at a last query, which has its commit behind it, leaves open whether it was done', async () => {
  const { sql, close } = await cutAt('cut here')
  const work = inTenant(sql, ours, (tx) => askLast(tx, tx`select 'cut here'`))
  await expect(work).rejects.toMatchObject({ kind: 'unavailable', retryAfterMs: undefined })
  await close()
})

test.each(['57P01', '57P02'])(
  'a server that shuts down (%s) perhaps just after a commit leaves open whether the work was done',
  async (code) => {
    const work = db.owner.sql.unsafe(`do $$ begin raise exception 'the end' using errcode = '${code}'; end $$`)
    await expect(withDomainErrors(work)).rejects.toMatchObject({ kind: 'unavailable', retryAfterMs: undefined })
  },
)

test('a database that is away, full or shutting down is asked again after some seconds', async () => {
  const away = { kind: 'unavailable', reason: 'DATABASE_UNAVAILABLE', retryAfterMs: 5_000 }
  const nobody = openDatabase({ url: 'postgres://x:x@127.0.0.1:1/x', applicationName: 'assay-test' })
  await expect(inTenant(nobody.sql, ours, async () => {})).rejects.toMatchObject(away)
  await expect(withDomainErrors(nobody.sql`select 1`)).rejects.toMatchObject(away)
  await nobody.close()
  const ended = inTenant(single.sql, ours, async (tx) => {
    const { pid } = (await tx<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]!
    const sleeping = tx`select pg_sleep(600)`.execute()
    await db.owner.sql`select pg_terminate_backend(${pid})`
    await sleeping
  })
  await expect(ended).rejects.toMatchObject(away)
})
