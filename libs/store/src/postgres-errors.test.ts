import { alreadyExists, DomainError, failedPrecondition, invalidArgument } from '@assay/errors'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openDatabase, openOwnerDatabase } from './database.ts'
import type { TenantSql } from './handles.ts'
import { domainErrorFrom, withDomainErrors, withTimeLimit } from './postgres-errors.ts'
import { inTenant } from './tenant-scope.ts'
import { createTestDatabase } from './testing.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.owner
const clients = [1, 2].map(() => openDatabase({ url: db.url, applicationName: 'assay-test-errors', maxConnections: 1 }))
afterAll(() => Promise.all(clients.map((client) => client.close())))

let tenant = 0
beforeAll(async () => {
  tenant = await db.tenantId()
  await sql.unsafe(`
    create table things (
      tenant_id integer not null, id integer, value jsonb,
      constraint things_key unique (tenant_id, id)
    );
    select keep_tenants_apart('things', 'select, insert, update');
  `)
})
beforeEach(() => sql`truncate things`)

function attempt(work: Promise<unknown>): Promise<unknown> {
  return withDomainErrors(work).then(
    () => 'no error',
    (error) => error,
  )
}

test('U+0000 in text is an invalid argument', async () => {
  const error = await attempt(sql`select ${'a\0b'}::text`)
  expect(error).toMatchObject({ kind: 'invalid_argument', message: 'text: must not contain the character U+0000' })
})

test('U+0000 in JSON is an invalid argument', async () => {
  const error = await attempt(sql`insert into things values (${tenant}, 1, ${sql.json({ name: 'a\0b' })})`)
  expect(error).toMatchObject({ kind: 'invalid_argument', message: 'text: must not contain the character U+0000' })
})

test('a query that the database ended by its time limit or an operator is unavailable, and may be tried again', async () => {
  const slow = (limit: string, meanwhile: () => Promise<unknown>) =>
    attempt(
      inTenant(clients[0]!.sql, tenant, async (tx) => {
        await tx`select set_config('statement_timeout', ${limit}, true)`
        const query = tx`select pg_sleep(600)`.execute()
        await Promise.all([query, meanwhile()])
      }),
    )
  const cancel = () =>
    expect
      .poll(async () => {
        const found = await sql`
        select pg_cancel_backend(pid) from pg_stat_activity
        where datname = current_database() and query like '%pg_sleep(600)%' and pid <> pg_backend_pid()`
        return found.length
      })
      .toBe(1)
  const retryable = { kind: 'unavailable', reason: 'DATABASE_TIMEOUT' }
  expect(await slow('20ms', async () => {})).toMatchObject(retryable)
  expect(await slow('0', cancel)).toMatchObject(retryable)
})

test('a query with a time limit of its own says what its owner says', async () => {
  const query = inTenant(clients[0]!.sql, tenant, async (tx) => {
    await tx`set local statement_timeout = '20ms'`
    await withTimeLimit(tx`select pg_sleep(600)`, (cause) => failedPrecondition('Ask for less', { cause }))
  })
  expect(await attempt(query)).toMatchObject({ kind: 'failed_precondition', message: 'Ask for less' })
  const mistake = attempt(withTimeLimit(sql`select nonsense`, () => failedPrecondition('Ask for less')))
  expect(await mistake).toMatchObject({ code: '42703' })
})

test('a database that takes no changes is unavailable, and the operator learns which server to name', async () => {
  const error = await attempt(
    inTenant(clients[0]!.sql, tenant, async (tx) => {
      await tx`set transaction read only`
      await tx`insert into things values (${tenant}, 1)`
    }),
  )
  expect(error).toMatchObject({ kind: 'unavailable', reason: 'DATABASE_READ_ONLY' })
  expect(error).toHaveProperty('message', expect.stringContaining('DATABASE_URL'))
})

test.each(['select from nowhere', 'select nowhere()', 'create table nowhere.it ()'])(
  'a database without our tables (%s) is unavailable, and the operator learns the command',
  async (query) => {
    const error = await attempt(sql.unsafe(query))
    expect(error).toMatchObject({ kind: 'unavailable', reason: 'DATABASE_NOT_MIGRATED' })
    expect(error).toHaveProperty('message', expect.stringContaining('assay -- migrate'))
  },
)

test.each([
  ['a login that has no connection left', 'DATABASE_UNAVAILABLE', 'connection limit 0', {}],
  ['a user that does not exist', 'DATABASE_LOGIN_REFUSED', undefined, {}],
  ['a database that does not exist', 'DATABASE_MISSING', '', { pathname: '/nowhere' }],
])('%s is unavailable: %s', async (_, reason, limit, parts) => {
  const user = `login_${reason.toLowerCase()}`
  if (limit !== undefined) await sql.unsafe(`create role ${user} login password 'right' ${limit}`)
  const url = Object.assign(new URL(db.ownerUrl), { username: user, password: 'right' }, parts)
  const client = openOwnerDatabase({ url: url.href, applicationName: 'assay-test', maxConnections: 1 })
  try {
    expect(await attempt(client.sql`select 1`)).toMatchObject({ kind: 'unavailable', reason })
  } finally {
    await client.close()
    await sql.unsafe(`drop role if exists ${user}`)
  }
})

test('a lock that is not available aborts', async () => {
  await sql`insert into things values (${tenant}, 1)`
  await inTenant(clients[0]!.sql, tenant, async (tx) => {
    await tx`select from things where id = 1 for update`
    const error = await attempt(
      inTenant(clients[1]!.sql, tenant, (other) => other`select from things for update nowait`),
    )
    expect(error).toMatchObject({ kind: 'aborted', reason: 'CONCURRENT_CHANGE' })
  })
})

test('two transactions that could not have run one after the other: one aborts', async () => {
  await sql`insert into things values (${tenant}, 1)`
  const stale = async (tx: TenantSql) => {
    await tx`select from things`
    await inTenant(clients[1]!.sql, tenant, (other) => other`update things set value = '1'`)
    await tx`update things set value = '2'`
  }
  const error = await attempt(inTenant(clients[0]!.sql, tenant, stale, { isolation: 'repeatable read' }))
  expect(error).toMatchObject({ kind: 'aborted' })
})

test('a deadlock aborts one of both', async () => {
  await sql`insert into things values (${tenant}, 1), (${tenant}, 2)`
  const firstLocks = Promise.withResolvers<void>()
  const secondLocks = Promise.withResolvers<void>()
  const lockBoth = (at: number, first: number, mine: PromiseWithResolvers<void>, other: PromiseWithResolvers<void>) =>
    attempt(
      inTenant(clients[at]!.sql, tenant, async (tx) => {
        await tx`select from things where id = ${first} for update`
        mine.resolve()
        await other.promise
        await tx`select from things where id = ${3 - first} for update`
      }),
    )
  const outcomes = await Promise.all([lockBoth(0, 1, firstLocks, secondLocks), lockBoth(1, 2, secondLocks, firstLocks)])
  expect(outcomes).toContain('no error')
  expect(outcomes).toContainEqual(expect.objectContaining({ kind: 'aborted' }))
})

test('a server that does not answer is unavailable', async () => {
  const nobody = openDatabase({ url: 'postgres://x:x@127.0.0.1:1/x', applicationName: 'assay-test' })
  expect(await attempt(nobody.sql`select 1`)).toMatchObject({ kind: 'unavailable', reason: 'DATABASE_UNAVAILABLE' })
  await expect(inTenant(nobody.sql, 1, async () => {})).rejects.toMatchObject({ kind: 'unavailable' })
  await nobody.close()
})

test('a named constraint means what its owner says', async () => {
  const twice = inTenant(
    clients[0]!.sql,
    tenant,
    (tx) => tx`insert into things values (${tenant}, 1), (${tenant}, 1)`,
    {
      constraints: { things_key: (cause) => alreadyExists('There is a thing 1', { cause }) },
    },
  )
  const error = await attempt(twice)
  expect(error).toMatchObject({ kind: 'already_exists', message: 'There is a thing 1' })
  expect(error).toHaveProperty('cause.code', '23505')
})

test('a violation that nobody foresaw, and any other mistake of ours, stays what it is', async () => {
  const unforeseen = await attempt(sql`insert into things values (${tenant}, 1), (${tenant}, 1)`)
  expect(unforeseen).toMatchObject({ name: 'PostgresError', code: '23505' })
  expect(await attempt(sql`select nonsense`)).toMatchObject({ name: 'PostgresError', code: '42703' })
  for (const other of [new TypeError('x'), 'text', undefined]) expect(domainErrorFrom(other)).toBe(other)
})

test('the message of a domain error carries nothing of our insides; the cause does', async () => {
  const error = await attempt(sql`select ${'a\0b'}::text`)
  expect(error).toBeInstanceOf(DomainError)
  expect((error as DomainError).message).not.toMatch(/select|UTF8|byte/)
  expect((error as DomainError).cause).toMatchObject({ code: '22021' })
  const domainError = invalidArgument('name', 'must not be empty')
  expect(domainErrorFrom(domainError)).toBe(domainError)
})
