import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from './database.ts'
import { ensureLogins } from './logins.ts'
import { withDomainErrors } from './postgres-errors.ts'
import { inTenant } from './tenant-scope.ts'
import { createTestDatabase, type TestDatabase } from './testing.ts'

const login = `assay_test_login_${randomBytes(6).toString('hex')}`
let db: TestDatabase
let tenantId: number
const open: Database[] = []

beforeAll(async () => {
  db = await createTestDatabase()
  tenantId = await db.tenantId()
  await ensureLogins(db.owner.sql, [{ name: login, password: 'right', services: ['mining'] }])
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((database) => database.close()))
  // The server counts a connection until its process has ended.
  await expect.poll(() => db.owner.sql`select from pg_stat_activity where usename = ${login}`).toHaveLength(0)
})
afterAll(async () => {
  await db.owner.sql`drop role ${db.owner.sql(login)}`
  await db.drop()
})

function connect(password: string, maxConnections = 2): Database {
  const url = new URL(db.url)
  url.username = login
  url.password = password
  const database = openDatabase({ url: url.href, applicationName: 'refused-logins', maxConnections })
  open.push(database)
  return database
}

/** A call, and a query outside of any tenant. */
const asked = (database: Database) => [
  () => inTenant(database.sql, tenantId, (sql) => sql`select 1`),
  () => withDomainErrors(database.sql`select 1`),
]

const loginRefused = {
  kind: 'unavailable',
  reason: 'DATABASE_LOGIN_REFUSED',
  message: expect.stringContaining('refuses the login of this service: check user and password in DATABASE_URL'),
}

test('a wrong password says what the operator must do, at every call, and may be repeated', async () => {
  const database = connect('wrong')
  for (let round = 0; round < 3; round++) {
    for (const ask of asked(database)) await expect(ask()).rejects.toMatchObject(loginRefused)
  }
})

test('a process whose password was changed serves over the connections that it has, and all is well when it is right again', async () => {
  const { sql } = db.owner
  const database = connect('right')
  await inTenant(database.sql, tenantId, (scoped) => scoped`select 1`)
  await sql`alter role ${sql(login)} password 'another'`
  const held = Promise.withResolvers<void>()
  const holder = inTenant(database.sql, tenantId, async (scoped) => {
    await scoped`select 1`
    await held.promise
  })
  await expect.poll(() => database.poolState().busy).toBe(1)
  await expect(inTenant(database.sql, tenantId, (scoped) => scoped`select 1`)).rejects.toMatchObject(loginRefused)
  held.resolve()
  await holder
  await sql`alter role ${sql(login)} password 'right'`
  for (const ask of asked(database)) await ask()
})

test('a server without a free connection may be asked again', async () => {
  const { sql } = db.owner
  await sql`alter role ${sql(login)} connection limit 1`
  const first = connect('right', 1)
  await first.sql`select 1`
  const second = connect('right', 1)
  for (const ask of asked(second)) {
    await expect(ask()).rejects.toMatchObject({
      kind: 'unavailable',
      reason: 'DATABASE_UNAVAILABLE',
      message: expect.stringMatching(/no connection left; try again; if this lasts, lower ASSAY_DATABASE_CONNECTIONS/),
    })
  }
  await first.close()
  const answer = () =>
    withDomainErrors(second.sql`select 1`).then(
      () => 'answered',
      () => 'refused',
    )
  await expect.poll(answer).toBe('answered')
  await sql`alter role ${sql(login)} connection limit -1`
})
