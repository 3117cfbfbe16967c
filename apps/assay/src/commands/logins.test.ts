import { randomBytes } from 'node:crypto'
import { openDatabase, serviceNames, servicesWithoutLogin, type TenantSql, waitForDatabase } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prepareDatabase } from '../prepare-database.ts'
import { loginsCommand } from './logins.ts'

const db = await createTestDatabase()
const prefix = new URL(db.ownerUrl).pathname.slice(1)
beforeAll(() => prepareDatabase(db.ownerUrl))
afterAll(() => db.drop())

async function run(line: string, databaseUrl = db.ownerUrl): Promise<string> {
  const printed: string[] = []
  const program = loginsCommand((text) => printed.push(text), { DATABASE_URL: databaseUrl })
  const silent = { writeErr: () => {}, writeOut: () => {} }
  for (const one of [program, ...program.commands]) one.exitOverride().configureOutput(silent)
  await program.parseAsync(line.split(' '), { from: 'user' })
  return printed.join('\n')
}

test.each(serviceNames)('the login that is made for %s is right for it, and for no other service', async (service) => {
  const url = await run(`create ${service}`)
  const wait = () => Promise.reject(new Error('it waits'))
  await waitForDatabase({ url, service, applicationName: 'test' }, wait)
  const other = serviceNames.find((one) => one !== service)
  const foreign = waitForDatabase({ url, service: other, applicationName: 'test' }, wait)
  await expect(foreign).rejects.toMatchObject({ reason: 'DATABASE_LOGIN_UNFIT' })
})

test('an existing login gets another password, which is not told to the server', async () => {
  const name = `${prefix}_again`
  const before = await run(`create gateway --name ${name}`)
  const after = await run(`create gateway --name ${name}`)
  const works = async (url: string) => {
    const database = openDatabase({ url, service: 'gateway', applicationName: 'test', maxConnections: 1 })
    return await database.sql`select 1`
      .then(
        () => true,
        () => false,
      )
      .finally(() => database.close())
  }
  expect([await works(before), await works(after)]).toEqual([false, true])
  const [row] = await db.owner.sql`select rolpassword as kept from pg_authid where rolname = ${name}`
  expect(row?.kept).toMatch(/^SCRAM-SHA-256\$4096:/)
})

test('an owner who may make no logins is told what an administrator runs, and that works', async () => {
  const owner = `${prefix}_owner`
  await db.owner.sql.unsafe(`create role ${owner} login password 'x'; alter table tenants owner to ${owner}`)
  const url = Object.assign(new URL(db.ownerUrl), { username: owner, password: 'x' }).href
  const name = `${prefix}_${randomBytes(3).toString('hex')}`
  const refused = await run(`create mining --name ${name}`, url).catch((error: Error) => error.message)
  const [, sql = '', loginUrl = ''] =
    /^This login may not make logins of services. As an administrator run:\n(.*)\nThe URL of the login is then (\S+)$/s.exec(
      refused,
    ) ?? []
  expect([sql, loginUrl]).toEqual([expect.stringContaining('grant assay_mining to'), expect.stringContaining(name)])
  await db.owner.sql.unsafe(sql)
  await expect(
    waitForDatabase({ url: loginUrl, service: 'mining', applicationName: 'test' }, () => {}),
  ).resolves.toBeUndefined()
})

test('a migration names the services that have no login yet', async () => {
  const rolledBack = new Error('rolled back')
  const without = async (sql: TenantSql) => {
    // Other tests make logins on the same server; in this transaction the service has none.
    const logins = await sql<{ name: string }[]>`
      select r.rolname as name from pg_auth_members m join pg_roles r on r.oid = m.member
      where m.roleid = 'assay_sessions'::regrole and r.rolcanlogin`
    for (const { name } of logins) await sql`revoke assay_sessions from ${sql(name)}`
    expect(await servicesWithoutLogin(sql)).toContain('sessions')
    throw rolledBack
  }
  await expect(db.owner.sql.begin(without)).rejects.toBe(rolledBack)
  await run(`create sessions --name ${prefix}_listed`)
  expect(await servicesWithoutLogin(db.owner.sql)).not.toContain('sessions')
})
