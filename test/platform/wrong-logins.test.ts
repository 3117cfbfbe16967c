import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createAccessTokens } from '@assay/auth'
import { encryptionKey } from '@assay/auth/testing'
import { clientDialects } from '@assay/dialects'
import { DatabaseProbe, openDatabase, waitForDatabase } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { prepareDatabase } from '../../apps/assay/src/prepare-database.ts'
import { AssayCommand } from './assay-command.ts'
import { endProcesses, startProcess } from './one-process.ts'

const db = await createTestDatabase()
/** Roles belong to the whole server; those with this prefix are dropped with the database. */
const prefix = new URL(db.ownerUrl).pathname.slice(1)
const password = 'only-in-this-test'
const named = (name: string) => `${prefix}_${name}`
const { version } = (
  await db.owner.sql<{ version: number }[]>`
  select current_setting('server_version_num')::integer as version`
)[0]!

beforeAll(async () => {
  await prepareDatabase(db.ownerUrl)
  await db.owner.sql.unsafe(`create role ${named('owner')} login password '${password}'; grant assay_gateway to ${named('owner')};
    alter schema assay owner to ${named('owner')}`)
  await loginWith('right', () => '')
})
afterAll(() => db.drop())
afterEach(endProcesses)

function urlOf(name: string): string {
  return Object.assign(new URL(db.ownerUrl), { username: named(name), password }).href
}

/** The URL of a login that has the rights of the gateway, apart from the change by `flaw`. */
async function loginWith(name: string, flaw: (role: string) => string, attributes = ''): Promise<string> {
  const role = named(name)
  await db.owner.sql.unsafe(`create role ${role} login password '${password}' ${attributes}; grant assay_gateway to ${role};
    alter role ${role} set search_path = assay; ${flaw(role)}`)
  return urlOf(name)
}

const start = (url: string) =>
  waitForDatabase({ url, service: 'gateway', applicationName: 'test' }, (reason) => {
    throw new Error(`it waits: ${reason}`)
  })

const create = 'run `npm run assay -- logins create gateway` as the owner, and give this process the URL that it prints'
const remedy = `Services log in with less: ${create}`

test('a login with exactly the rights of its service is accepted', async () => {
  await expect(start(urlOf('right'))).resolves.toBeUndefined()
})

test.each<[string, string, (role: string) => string, string | RegExp]>([
  ['BYPASSRLS', 'bypassrls', () => '', `has BYPASSRLS: row level security does not hold for it. ${remedy}`],
  ['CREATEROLE', 'createrole', () => '', `has CREATEROLE, by which it may become another role. ${remedy}`],
  ['REPLICATION', 'replication', () => '', `has REPLICATION, by which it may read every row. ${remedy}`],
  [
    'a table of its own',
    '',
    (role) => `create table own_${randomBytes(3).toString('hex')} (id integer); alter table grants owner to ${role}`,
    `owns the database or objects in it, and row level security does not hold for an owner. ${remedy}`,
  ],
  [
    'membership in the owner',
    '',
    (role) => `grant ${named('owner')} to ${role}`,
    `is a member of "${named('owner')}", which owns the database or objects in it, and row level security does not hold for an owner. Services log in with less: revoke "${named('owner')}" from "`,
  ],
  [
    'membership in the owner by another role',
    '',
    (role) =>
      `create role ${role}_between; grant ${named('owner')} to ${role}_between; grant ${role}_between to ${role}`,
    `is a member of "${named('owner')}", which owns`,
  ],
  ...(version < 160_000
    ? []
    : [
        [
          'membership in the owner that it may give the SET option',
          '',
          (role: string) => `grant ${named('owner')} to ${role} with admin true, inherit false, set false`,
          `is a member of "${named('owner')}", which owns`,
        ] as [string, string, (role: string) => string, string],
      ]),
  [
    'programs on the server',
    '',
    (role) => `grant pg_execute_server_program to ${role}`,
    'is a member of "pg_execute_server_program", which may read or write files of the server, or run programs there.',
  ],
  [
    'no membership',
    '',
    (role) => `revoke assay_gateway from ${role}`,
    `is not a member of "assay_gateway", or does not inherit its rights: ${create}`,
  ],
  [
    'the rights of another service',
    '',
    (role) => `revoke assay_gateway from ${role}; grant assay_mining to ${role}`,
    `is not a member of "assay_gateway", or does not inherit its rights: ${create}`,
  ],
  [
    'a membership that it does not inherit',
    'noinherit',
    () => '',
    `is not a member of "assay_gateway", or does not inherit its rights: ${create}`,
  ],
  [
    'no search path',
    '',
    (role) => `alter role ${role} reset search_path`,
    /looks for tables in ""\$user", public" and not in "assay": alter role "\w+" set search_path = assay$/,
  ],
  [
    'a wider search path',
    '',
    (role) => `alter role ${role} set search_path = public, assay`,
    /looks for tables in "public, assay" and not in "assay"/,
  ],
  [
    'a role to work as',
    '',
    (role) => `alter role ${role} set role = assay_gateway`,
    /works as the role "assay_gateway": alter role "\w+" reset role/,
  ],
])('a login with %s is refused in words', async (flaw, attributes, change, words) => {
  const name = `wrong_${flaw.replaceAll(/\W/g, '').slice(-12).toLowerCase()}`
  const url = await loginWith(name, change, attributes)
  try {
    await expect(start(url)).rejects.toMatchObject({
      reason: 'DATABASE_LOGIN_UNFIT',
      message:
        typeof words === 'string'
          ? expect.stringContaining(`The login "${named(name)}" ${words}`)
          : expect.stringMatching(words),
    })
  } finally {
    await db.owner.sql`alter table grants owner to current_user`
  }
})

test('the owner and a superuser are refused with a message', async () => {
  await expect(start(urlOf('owner'))).rejects.toThrow(
    `The login "${named('owner')}" owns the database or objects in it`,
  )
  await expect(start(db.ownerUrl)).rejects.toThrow(
    'is a superuser, for whom row level security does not hold. Services log in',
  )
})

test('the direct address beside a pooler is checked as well', async () => {
  const right = { url: await loginWith('pooled', () => ''), service: 'gateway', applicationName: 'test' } as const
  await expect(waitForDatabase({ ...right, directUrl: db.ownerUrl }, () => {})).rejects.toThrow('is a superuser')
})

test('a login that gets more rights while a process runs fails the next check, and gets no new connection', async () => {
  const url = await loginWith('changing', () => '')
  const options = { url, service: 'gateway', applicationName: 'test' } as const
  const probe = new DatabaseProbe(options)
  const pool = openDatabase({ ...options, maxConnections: 2 })
  try {
    await probe.check()
    const { pid } = (await pool.sql<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]!
    await db.owner.sql.unsafe(`alter role ${named('changing')} bypassrls`)
    await expect(probe.check()).rejects.toThrow('has BYPASSRLS')
    await db.owner.sql`select pg_terminate_backend(${pid})`
    await expect.poll(() => pool.sql`select 1`.catch((error: Error) => error.message)).toMatch('has BYPASSRLS')
    // The connection is closed, not reused.
    await expect(pool.sql`select 1`).rejects.toThrow('has BYPASSRLS')
    await db.owner.sql.unsafe(`alter role ${named('changing')} nobypassrls`)
    expect(await pool.sql`select 1 as one`).toEqual([{ one: 1 }])
  } finally {
    await Promise.all([probe.close(), pool.close()])
  }
})

test.each([
  ['gateway/src/main.ts', () => db.ownerUrl, /^The login "\w+" is a superuser, .*logins create gateway/m],
  ['mining/src/main.ts', () => urlOf('owner'), /^The login "\w+" owns the database .*logins create mining`/m],
  ['mining/src/worker.ts', () => urlOf('right'), /^The login "\w+" is not a member of "assay_mining_worker"/m],
  ['iai-sessions/src/main.ts', () => urlOf('right'), /^The login "\w+" is not a member of "assay_sessions"/m],
])('%s ends with a wrong login, in words without a stack', async (entry, url, words) => {
  const { child, said } = await startProcess(entry, url())
  expect(await once(child, 'close')).toEqual([1, null])
  expect(said()).toMatch(words)
  expect(said()).not.toMatch(/ {4}at /)
})

test('a gateway with another key encryption key than the database ends with a message and without a stack', async () => {
  await createAccessTokens(db.owner.sql, { dialects: clientDialects, encryptionKey }).rotate()
  const { child, said } = await startProcess('gateway/src/main.ts', urlOf('right'), {
    ASSAY_KEY_ENCRYPTION_KEY: '9'.repeat(64),
  })
  expect(await once(child, 'close')).toEqual([1, null])
  expect(said()).toMatch(/^The signing key in the database was encrypted by another key .*keys rotate/m)
  expect(said()).not.toMatch(/ {4}at /)
})

test('a command for the owner refuses the login of a service with a message', async () => {
  const assay = new AssayCommand({ DATABASE_URL: urlOf('right') })
  expect(await assay.run('tenants', 'list')).toMatchObject({
    status: 1,
    stderr: `The login "${named('right')}" does not own the tables: this takes the owner's DATABASE_URL, not that of a service\n`,
  })
})
