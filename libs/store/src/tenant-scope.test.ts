import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from './database.ts'
import type { TenantSql } from './handles.ts'
import { serverAddress } from './server-address.ts'
import { askInTenant, inTenant } from './tenant-scope.ts'
import { createTestDatabase } from './testing.ts'
import { askLast } from './transaction.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database

let ours = 0
let theirs = 0

beforeAll(async () => {
  ours = await db.tenantId()
  theirs = await db.tenantId()
  await db.owner.sql.unsafe(`
    create table notes (tenant_id integer not null, text text not null);
    select keep_tenants_apart('notes', 'select, insert, update, delete');
    insert into notes values (${ours}, 'ours'), (${theirs}, 'theirs');
  `)
})

async function allNotes(): Promise<string[]> {
  const rows = await db.owner.sql<{ text: string }[]>`select text from notes order by text`
  return rows.map((row) => row.text)
}

test('a tenant sees its own rows alone', async () => {
  const rows = await inTenant(sql, ours, (tx) => tx<{ text: string }[]>`select text from notes`)
  expect(rows.map((row) => row.text)).toEqual(['ours'])
  const tenants = await inTenant(sql, ours, (tx) => tx<{ id: number }[]>`select tenant_id as id from tenants`)
  expect(tenants.map((row) => row.id)).toEqual([ours])
})

test("another tenant's rows cannot be changed or removed", async () => {
  const changed = await inTenant(sql, ours, (tx) => tx`update notes set text = 'x' where tenant_id = ${theirs}`)
  const removed = await inTenant(sql, ours, (tx) => tx`delete from notes where text = 'theirs'`)
  expect([changed.count, removed.count]).toEqual([0, 0])
  expect(await allNotes()).toEqual(['ours', 'theirs'])
})

test.each([
  ['added', () => inTenant(sql, ours, (tx) => tx`insert into notes values (${theirs}, 'forged')`)],
  ['moved', () => inTenant(sql, ours, (tx) => tx`update notes set tenant_id = ${theirs}`)],
])('a row cannot be %s to another tenant', async (_, attempt) => {
  await expect(attempt()).rejects.toThrow('violates row-level security policy')
  expect(await allNotes()).toEqual(['ours', 'theirs'])
})

test("outside a tenant's scope a service sees nothing, also on a connection that was in scope before", async () => {
  const single = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 1 })
  try {
    expect(await single.sql`select from notes`).toHaveLength(0)
    expect(await inTenant(single.sql, ours, (tx) => tx`select from notes`)).toHaveLength(1)
    expect(await single.sql`select from notes`).toHaveLength(0)
    await expect(single.sql`insert into notes values (${ours}, 'x')`).rejects.toThrow('row-level security')
  } finally {
    await single.close()
  }
})

test('work that throws leaves nothing behind, and its error comes out unchanged', async () => {
  const bug = new Error('a bug')
  const work = inTenant(sql, ours, async (tx) => {
    await tx`insert into notes values (${ours}, 'half')`
    throw bug
  })
  await expect(work).rejects.toBe(bug)
  expect(await allNotes()).toEqual(['ours', 'theirs'])
})

test('a failed query rolls everything back even when its error is caught; a savepoint keeps the rest', async () => {
  const swallowed = inTenant(sql, ours, async (tx) => {
    await tx`insert into notes values (${ours}, 'half')`
    await tx`select 1 / 0`.catch(() => undefined)
  })
  await expect(swallowed).rejects.toThrow('division by zero')
  expect(await allNotes()).toEqual(['ours', 'theirs'])

  await inTenant(sql, ours, async (tx) => {
    await tx.savepoint((inner) => inner`select 1 / 0`).catch(() => undefined)
    await tx`update notes set text = 'ours'`
  })
})

/** The driver refuses it before it sends anything; the types do too. */
const noValue = undefined as unknown as string

test.each<[string, (sql: TenantSql) => Promise<unknown>]>([
  ['without a value', (sql) => sql`select ${noValue}`],
  ['whose value has no text', (sql) => sql`select ${new Date(Number.NaN)}::timestamptz`],
  ['beside one that goes well', (sql) => Promise.all([sql`select 1`, sql`select ${noValue}`])],
  ['that is the last one', (sql) => askLast(sql, sql`select ${noValue}`)],
])('a query %s cannot be sent, and its connection serves the next one', async (_, work) => {
  const one = openDatabase({ url: db.url, applicationName: 'assay-test-unsent', maxConnections: 1 })
  await expect(inTenant(one.sql, ours, work)).rejects.toThrow()
  expect(await inTenant(one.sql, ours, (sql) => sql`select 1 as one`)).toEqual([{ one: 1 }])
  const { open } = (
    await db.owner.sql<{ open: number }[]>`
    select count(*)::integer as open from pg_stat_activity
    where application_name = 'assay-test-unsent' and state like 'idle in transaction%'`
  )[0]!
  expect(open).toBe(0)
  await one.close()
})

test('scopes of many tenants at once on few connections do not mix', async () => {
  const seen = await Promise.all(
    Array.from({ length: 40 }, async (_, turn) => {
      const tenant = turn % 2 === 0 ? ours : theirs
      const rows = await inTenant(sql, tenant, (tx) => tx<{ id: number }[]>`select tenant_id as id from notes`)
      return rows.length === 1 && rows[0]!.id === tenant
    }),
  )
  expect(seen).not.toContain(false)
})

test.each([0, -1, 1.5, Number.NaN, 2 ** 31])('%d is refused as a tenant id before any query', async (id) => {
  await expect(inTenant(sql, id, async () => {})).rejects.toThrow(TypeError)
})

test('reset role, set role none, reset all, discard all and row_security = off open nothing', async () => {
  const single = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 1 })
  try {
    for (const attempt of ['reset role', 'set role none', 'reset all', 'discard all']) {
      await single.sql.unsafe(attempt)
      const [seen] = await single.sql.unsafe('select count(*) as rows, current_schema() as schema from notes')
      expect([attempt, seen]).toEqual([attempt, { rows: 0, schema: 'assay' }])
    }
    await single.sql`set row_security = off`
    await expect(single.sql.unsafe('select * from notes')).rejects.toThrow('would be affected by row-level security')
  } finally {
    await single.close()
  }
})

test('a transaction has the time limits of whoever waits for it, and none otherwise', async () => {
  const limits = (options?: Parameters<typeof inTenant>[3]) =>
    inTenant(
      sql,
      ours,
      async (tx) => {
        const [row] = await tx<{ limits: string[] }[]>`
          select array[current_setting('statement_timeout'), current_setting('lock_timeout')] as limits`
        return row!.limits
      },
      options,
    )
  expect(await limits()).toEqual(['0', '0'])
  expect(await limits({ timeoutMs: 59_000 })).toEqual(['1min', '10s'])
  expect(await limits({ timeoutMs: 4_000, keepsPlans: true })).toEqual(['5s', '4s'])
  expect(await limits({ timeoutMs: -3 })).toEqual(['1001ms', '1ms'])
})

test('a query that nobody waits for any more is cancelled at once, and its connection serves the next one', async () => {
  const one = openDatabase({ url: db.url, applicationName: 'assay-test-gone', maxConnections: 1 })
  const running = async () =>
    (await db.owner.sql`select from pg_stat_activity where application_name = 'assay-test-gone' and state = 'active'`)
      .length
  for (const isNested of [false, true]) {
    const leaver = new AbortController()
    const sleeping = inTenant(
      one.sql,
      ours,
      async (tx) => {
        await tx`insert into notes values (${ours}, 'never')`
        await (isNested ? tx.savepoint((inner) => inner`select pg_sleep(600)`) : tx`select pg_sleep(600)`)
      },
      { signal: leaver.signal },
    )
    sleeping.catch(() => {})
    while ((await running()) === 0);
    leaver.abort(new Error('gone'))
    await expect(sleeping).rejects.toThrow('gone')
    expect(await inTenant(one.sql, ours, (tx) => tx`select from notes where text = 'never'`)).toHaveLength(0)
    await expect(inTenant(one.sql, ours, (tx) => tx`select 1`, { signal: leaver.signal })).rejects.toThrow('gone')
  }
  await one.close()
})

test('a query that is sent right behind begin is cancelled as well', async () => {
  const leaver = new AbortController()
  const sleeping = inTenant(
    sql,
    ours,
    async (tx) => {
      setImmediate(() => leaver.abort(new Error('gone')))
      await tx`select pg_sleep(600)`
    },
    { signal: leaver.signal },
  )
  await expect(sleeping).rejects.toThrow('gone')
})

test('where the server refuses begin nothing is read, written or sent any more, and the connection serves the next one', async () => {
  const one = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 1 })
  const rows: unknown[] = []
  const refused = { isolation: 'unknown' as 'serializable' }
  const reading = inTenant(
    one.sql,
    ours,
    async (tx) => {
      rows.push(...(await tx`select from notes`))
      rows.push(...(await tx`select 1`))
    },
    refused,
  )
  await expect(reading).rejects.toThrow('syntax error')
  const writing = inTenant(one.sql, ours, (tx) => tx`insert into notes values (${ours}, 'never')`, refused)
  await expect(writing).rejects.toThrow('syntax error')
  expect(await inTenant(one.sql, theirs, (tx) => tx<{ text: string }[]>`select text from notes`)).toEqual([
    { text: 'theirs' },
  ])
  expect(rows).toEqual([])
  expect(await allNotes()).not.toContain('never')
  await one.close()
})

test('after its last query a transaction is committed, whatever the work does, and its handle refuses more', async () => {
  const one = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 1 })
  const insert = (text: string) =>
    inTenant(one.sql, ours, async (tx) => {
      await askLast(tx, tx`insert into notes values (${ours}, ${text})`)
      await tx`insert into notes values (${ours}, 'late')`
    })
  await expect(insert('last')).rejects.toThrow('has been committed')
  // The text is now prepared.
  await expect(insert('last again')).rejects.toThrow('has been committed')
  expect(await allNotes()).toEqual(['last', 'last again', 'ours', 'theirs'])
  await db.owner.sql`delete from notes where text like 'last%'`
  await one.close()
})

test('a last query that fails leaves nothing behind, and its connection serves the next one', async () => {
  const one = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 1 })
  const failing = () =>
    inTenant(one.sql, ours, async (tx) => {
      await tx`insert into notes values (${ours}, 'never')`
      return askLast(tx, tx`select 1 / ${0}::integer`)
    })
  for (const _ of [1, 2]) await expect(failing()).rejects.toThrow('division by zero')
  expect(await inTenant(one.sql, theirs, (tx) => tx<{ text: string }[]>`select text from notes`)).toEqual([
    { text: 'theirs' },
  ])
  expect(await allNotes()).not.toContain('never')
  await one.close()
})

test('a last query whose plan is out of date fails, rather than run again outside of its transaction, and is planned anew', async () => {
  const one = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 1 })
  const read = () => inTenant(one.sql, ours, (tx) => askLast(tx, tx`select * from notes where text <> ${'none'}`))
  expect(await read()).toHaveLength(1)
  await db.owner.sql`alter table notes add column more text`
  await expect(read()).rejects.toThrow('cached plan')
  expect(await read()).toHaveLength(1)
  await db.owner.sql`alter table notes drop column more`
  await one.close()
})

test('where the settings of a tenant are refused nothing is read, and the work has ended when its transaction has', async () => {
  const one = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 1 })
  // This prepares the settings.
  await inTenant(one.sql, ours, (tx) => tx`select 1`)
  await one.sql.unsafe('discard all')
  const heard: unknown[] = []
  const stubborn = inTenant(one.sql, ours, async (tx) => {
    const ask = () => tx`select text from notes`.catch((error: { code: string }) => error.code)
    heard.push(await ask())
    await sleep(50)
    heard.push(await ask())
  })
  await expect(stubborn).rejects.toThrow('does not exist')
  expect(heard).toEqual(['25P02', '25P02'])
  await one.close()
})

test('work that ignores its signal gets no further query', async () => {
  const leaver = new AbortController()
  const stubborn = inTenant(
    sql,
    ours,
    async (tx) => {
      await tx`select 1`
      leaver.abort(new Error('gone'))
      await tx`insert into notes values (${ours}, 'late')`
    },
    { signal: leaver.signal },
  )
  await expect(stubborn).rejects.toThrow('gone')
  expect(await allNotes()).not.toContain('late')
})

test('a transaction of one query is in its tenant scope, has its time limits, and leaves neither behind', async () => {
  const one = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 1 })
  const texts = (tenant: number) =>
    askInTenant(one.sql, tenant, (tx) => askLast(tx, tx<{ text: string }[]>`select text from notes`))
  const limits = (options?: Parameters<typeof askInTenant>[3]) =>
    askInTenant(
      one.sql,
      ours,
      (tx) => askLast(tx, tx`select current_setting('statement_timeout') as statement, ${'x'}::text as x`),
      options,
    )
  for (const _ of [1, 2]) {
    expect(await texts(ours)).toEqual([{ text: 'ours' }])
    expect(await texts(theirs)).toEqual([{ text: 'theirs' }])
    expect(await limits({ timeoutMs: 4_000, keepsPlans: true })).toEqual([{ statement: '5s', x: 'x' }])
    expect(await limits()).toEqual([{ statement: '0', x: 'x' }])
    expect(await one.sql`select from notes`).toHaveLength(0)
  }
  await expect(one.sql`select current_setting('plan_cache_mode') as mode`).resolves.toEqual([{ mode: 'auto' }])
  await one.close()
})

test('a transaction of one query writes what it is allowed to write, or nothing', async () => {
  const insert = (tenant: number, text: string) =>
    askInTenant(sql, ours, (tx) => askLast(tx, tx`insert into notes values (${tenant}, ${text})`))
  await insert(ours, 'written')
  await expect(insert(theirs, 'forged')).rejects.toThrow('violates row-level security policy')
  const failing = askInTenant(sql, ours, (tx) =>
    askLast(
      tx,
      tx`with made as (insert into notes values (${ours}, 'never') returning 1) select 1 / ${0}::integer from made`,
    ),
  )
  await expect(failing).rejects.toThrow('division by zero')
  expect(await allNotes()).toEqual(['ours', 'theirs', 'written'])
  await db.owner.sql`delete from notes where text = 'written'`
})

test('a transaction of one query refuses every other one, and a second time', async () => {
  await expect(askInTenant(sql, ours, (tx) => tx`select text from notes`)).rejects.toThrow('asks it by askLast')
  await expect(askInTenant(sql, ours, async (tx) => tx.unsafe('select 1'))).rejects.toThrow('has no unsafe')
  const twice = askInTenant(sql, ours, async (tx) => {
    await askLast(tx, tx`select 1`)
    await askLast(tx, tx`select 2`)
  })
  await expect(twice).rejects.toThrow('asked its query already')
  expect(await askInTenant(sql, ours, async () => 'nothing asked')).toBe('nothing asked')
})

test('a transaction of one query is planned again where plans or prepared statements are gone', async () => {
  const one = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 1 })
  const read = () =>
    askInTenant(one.sql, ours, (tx) =>
      askLast(tx, tx`select * from notes where text <> ${'none'} and ${true}::boolean`),
    )
  expect(await read()).toHaveLength(1)
  await db.owner.sql`alter table notes add column more text`
  // With the same parameters.
  expect(await read()).toHaveLength(1)
  await db.owner.sql`alter table notes drop column more`
  await one.sql.unsafe('discard all')
  expect(await read()).toHaveLength(1)
  expect(await askInTenant(one.sql, ours, (tx) => askLast(tx, tx`select ${'new'}::text as text from notes`))).toEqual([
    { text: 'new' },
  ])
  await one.close()
})

test('transactions of one query run beside each other and beside others, each on a connection of its own', async () => {
  const few = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 3 })
  const seen = await Promise.all(
    Array.from({ length: 60 }, async (_, turn) => {
      const tenant = turn % 2 === 0 ? ours : theirs
      const ask = (tx: TenantSql) => askLast(tx, tx<{ id: number }[]>`select tenant_id as id from notes`)
      const rows = await (turn % 3 === 0 ? inTenant(few.sql, tenant, ask) : askInTenant(few.sql, tenant, ask))
      return rows.length === 1 && rows[0]!.id === tenant
    }),
  )
  expect(seen).not.toContain(false)
  expect(few.poolState()).toMatchObject({ busy: 0, waiting: 0 })
  await few.close()
})

test('a pool that prepares nothing answers one query as any other transaction', async () => {
  const pooled = openDatabase({ url: db.url, applicationName: 'assay-test', maxConnections: 1, prepares: false })
  const read = () => askInTenant(pooled.sql, ours, (tx) => askLast(tx, tx`select text from notes where text <> ${'x'}`))
  for (const _ of [1, 2]) expect(await read()).toEqual([{ text: 'ours' }])
  await pooled.close()
})

test('a transaction of one query fails when its new connection is reset, also where the driver knows another host', async () => {
  const { url, path } = serverAddress(db.url)
  const { host, hostname, port } = new URL(url)
  const relay = net.createServer((client) => {
    const server = path === undefined ? net.connect(Number(port), hostname) : net.connect(path)
    server.on('error', () => client.destroy()).pipe(client)
    client.on('error', () => server.destroy()).on('close', () => server.destroy())
    client.on('data', (bytes) => {
      if (bytes.includes("'assay.tenant_id'")) client.resetAndDestroy()
      else server.write(bytes)
    })
  })
  await once(relay.listen(0, '127.0.0.1'), 'listening')
  const hop = `127.0.0.1:${(relay.address() as net.AddressInfo).port}`
  const hosts = url.replace(host, `${hop},${hop}`)
  const two = openDatabase({ url: hosts, applicationName: 'assay-test', maxConnections: 1 })
  // Two calls use one connection, so the second one waits for it; neither may get an empty result.
  const ask = () => askInTenant(two.sql, ours, (tx) => askLast(tx, tx`select text from notes`))
  const unavailable = { status: 'rejected', reason: { kind: 'unavailable' } }
  expect(await Promise.allSettled([ask(), ask()])).toMatchObject([unavailable, unavailable])
  await two.close()
  relay.close()
})
