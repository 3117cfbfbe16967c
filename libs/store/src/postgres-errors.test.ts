import { alreadyExists, DomainError, invalidArgument } from '@assay/errors'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openDatabase, type TenantSql } from './database.ts'
import { domainErrorFrom, withDomainErrors } from './postgres-errors.ts'
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

test('a statement that outlasts its time limit asks for less, and is not tried again', async () => {
  const error = await attempt(
    inTenant(clients[0].sql, tenant, async (tx) => {
      await tx`set local statement_timeout = '20ms'`
      await tx`select pg_sleep(10)`
    }),
  )
  expect(error).toMatchObject({ kind: 'failed_precondition', reason: 'SEARCH_TOO_LONG' })
})

test('a lock that is not available aborts', async () => {
  await sql`insert into things values (${tenant}, 1)`
  await inTenant(clients[0].sql, tenant, async (tx) => {
    await tx`select from things where id = 1 for update`
    const error = await attempt(
      inTenant(clients[1].sql, tenant, (other) => other`select from things for update nowait`),
    )
    expect(error).toMatchObject({ kind: 'aborted', reason: 'CONCURRENT_CHANGE' })
  })
})

test('two transactions that could not have run one after the other: one aborts', async () => {
  await sql`insert into things values (${tenant}, 1)`
  const stale = async (tx: TenantSql) => {
    await tx`select from things`
    await inTenant(clients[1].sql, tenant, (other) => other`update things set value = '1'`)
    await tx`update things set value = '2'`
  }
  const error = await attempt(inTenant(clients[0].sql, tenant, stale, { isolation: 'repeatable read' }))
  expect(error).toMatchObject({ kind: 'aborted' })
})

test('a deadlock aborts one of both', async () => {
  await sql`insert into things values (${tenant}, 1), (${tenant}, 2)`
  const firstLocks = Promise.withResolvers<void>()
  const secondLocks = Promise.withResolvers<void>()
  const lockBoth = (at: number, first: number, mine: PromiseWithResolvers<void>, other: PromiseWithResolvers<void>) =>
    attempt(
      inTenant(clients[at].sql, tenant, async (tx) => {
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
  const twice = inTenant(clients[0].sql, tenant, (tx) => tx`insert into things values (${tenant}, 1), (${tenant}, 1)`, {
    constraints: { things_key: (cause) => alreadyExists('There is a thing 1', { cause }) },
  })
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
