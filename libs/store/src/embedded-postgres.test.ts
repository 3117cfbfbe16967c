import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openOwnerDatabase } from './database.ts'
import { postgresAccount, requireReach } from './embedded-account.ts'
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.ts'

/** One cluster for the file, since making one takes a second; each test stops it at the end. */
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'assay-embedded-'))
})
afterAll(() => rm(directory, { recursive: true }))

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
})

async function start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres(options)
  cleanUps.push(server.stop)
  return server
}

async function run<T>(url: string, query: string): Promise<T[]> {
  const database = openOwnerDatabase({ url, applicationName: 'assay-test', maxConnections: 1 })
  try {
    return await database.sql.unsafe<T[]>(query)
  } finally {
    await database.close()
  }
}

async function serverPid(): Promise<number> {
  return Number((await readFile(join(directory, 'cluster', 'postmaster.pid'), 'utf8')).split('\n')[0])
}

async function waitUntilGone(url: string): Promise<void> {
  const answers = () =>
    run(url, 'select 1').then(
      () => true,
      () => false,
    )
  while (await answers()) await sleep(10)
}

/** A process that starts the server and then waits, as `npm start` does. */
async function startElsewhere(): Promise<{ child: ChildProcess; url: string }> {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dirname, 'embedded-postgres.ts'))}
    const server = await startEmbeddedPostgres({ directory: ${JSON.stringify(directory)} })
    console.log(server.url)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  cleanUps.push(() => child.kill('SIGKILL'))
  const exited = once(child, 'exit').then(() =>
    Promise.reject(new Error('The process ended before its server started')),
  )
  const [output] = await Promise.race([once(child.stdout!, 'data'), exited])
  exited.catch(() => undefined)
  return { child, url: String(output).trim() }
}

test('the first start makes a cluster; its data is there after a stop and a second start', async () => {
  const first = await start({ directory })
  await run(first.url, 'create table public.kept as select 42 as answer')
  await first.stop()
  const second = await start({ directory })
  expect(await run(second.url, 'select answer from public.kept')).toEqual([{ answer: 42 }])
  await second.stop()
  expect(await readdir(directory)).toEqual(['cluster', 'password', 'server.log'])
})

test('every text can be stored, sorts by code point, and folds letters of every script', async () => {
  const server = await start({ directory })
  const [row] = await run(
    server.url,
    `
    select current_setting('server_encoding') as encoding, lower('ÅRE ЖУК') as lower,
           array(select x from unnest(array['b', 'ä', 'B', 'a', '😀', 'z']) x order by x) as sorted`,
  )
  expect(row).toEqual({ encoding: 'UTF8', lower: 'åre жук', sorted: ['B', 'a', 'b', 'z', 'ä', '😀'] })
  await server.stop()
})

test('the password is random, readable by its owner alone, and asked for; nobody from outside reaches the server', async () => {
  const server = await start({ directory })
  const file = join(directory, 'password')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const password = await readFile(file, 'utf8')
  expect(password).toMatch(/^[0-9a-f]{48}$/)
  expect(new URL(server.url).password).toBe(password)

  const guess = new URL(server.url)
  guess.password = 'postgres'
  await expect(run(guess.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })

  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4')
  if (outside !== undefined) {
    const elsewhere = new URL(server.url)
    elsewhere.hostname = outside.address
    elsewhere.searchParams.delete('host')
    await expect(run(elsewhere.href, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  }
  await server.stop()
})

test('clients come through a socket file that other users of the machine cannot reach, with the password as well', async () => {
  const server = await start({ directory })
  const cluster = new URL(server.url).searchParams.get('host')
  expect(cluster).toBe(join(await realpath(directory), 'cluster'))
  expect((await stat(cluster ?? '')).mode & 0o777).toBe(0o700)
  const address = 'select inet_client_addr() as client'
  expect(await run(server.url, address)).toEqual([{ client: null }])
  const guess = new URL(server.url)
  guess.password = 'postgres'
  await expect(run(guess.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  // For a program that does not support socket files.
  const overTcp = new URL(server.url)
  overTcp.searchParams.delete('host')
  expect(await run(overTcp.href, address)).toEqual([{ client: '127.0.0.1' }])
  await server.stop()
})

test('where the path is too long for a socket file, clients come over TCP', async () => {
  const deep = join(directory, 'a-folder-with-a-long-name'.repeat(4))
  const server = await start({ directory: deep, throwaway: true })
  expect(new URL(server.url).search).toBe('')
  expect(await run(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
  await server.stop()
  await rm(deep, { recursive: true })
})

test('a second process on the same directory uses the running server, and does not end it', async () => {
  const { child, url } = await startElsewhere()
  const joined = await start({ directory })
  expect(joined.url).toBe(url)
  await joined.stop()
  expect(await run(url, 'select 1 as one')).toEqual([{ one: 1 }])
  child.kill('SIGKILL')
  await waitUntilGone(url)
})

test('when its process is killed the server ends too, and a start right after waits for that', async () => {
  const { child, url } = await startElsewhere()
  await run(url, 'create table public.written_before_the_kill as select 1 as one')
  const pid = await serverPid()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const server = await start({ directory })
  expect(await serverPid()).not.toBe(pid)
  expect(await run(server.url, 'select one from public.written_before_the_kill')).toEqual([{ one: 1 }])
  await server.stop()
})

test('a server killed in mid-work recovers all that was committed', async () => {
  const { child, url } = await startElsewhere()
  await run(url, 'create table public.committed as select 7 as seven')
  const pid = await serverPid()
  child.kill('SIGSTOP') // it must not stop the server cleanly
  process.kill(pid, 'SIGKILL')
  await waitUntilGone(url)
  const server = await start({ directory })
  expect(await run(server.url, 'select seven from public.committed')).toEqual([{ seven: 7 }])
  await server.stop()
})

test('a postmaster.pid left behind does not matter, even when its number belongs to another process by now', async () => {
  await writeFile(join(directory, 'cluster', 'postmaster.pid'), `${process.pid}\n${directory}/cluster\n1\n5432\n`)
  const server = await start({ directory })
  await run(server.url, 'select 1')
  await server.stop()
})

test('two processes that start a fresh directory at once end up with one server', async () => {
  const fresh = await mkdtemp(join(tmpdir(), 'assay-embedded-'))
  const servers = await Promise.all([1, 2].map(() => start({ directory: fresh })))
  expect(servers[0]!.url).toBe(servers[1]!.url)
  await run(servers[0]!.url, 'select 1')
  await Promise.all(servers.map((server) => server.stop()))
  await rm(fresh, { recursive: true })
})

test('a given port is used; one that is taken is an error that names it', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  await expect(start({ directory, port })).rejects.toThrow(`cannot listen on port ${port}`)
  other.close()
  await once(other, 'close')
  const server = await start({ directory, port })
  expect(new URL(server.url).port).toBe(String(port))
  await server.stop()
})

test('a server that cannot start says why, in its own words', async () => {
  const version = join(directory, 'cluster', 'PG_VERSION')
  const text = await readFile(version, 'utf8')
  await writeFile(version, '9.6\n')
  await expect(start({ directory })).rejects.toThrow('database files are incompatible with server')
  await writeFile(version, text)
})

// Only root needs another account for the server; other users have nothing to refuse.
if (process.getuid?.() === 0) {
  test('where root keeps the project or its data to itself, the error names the folder and DATABASE_URL', async () => {
    const closed = await mkdtemp(join(tmpdir(), 'assay-closed-')) // mode 0700
    await mkdir(join(closed, 'project'))
    await expect(start({ directory: join(closed, 'project', '.data') })).rejects.toThrow(
      new RegExp(`permissions of ${closed}\\..*DATABASE_URL`),
    )
    const program = join(closed, 'project', 'postgres')
    await cp(execFileSync('which', ['true'], { encoding: 'utf8' }).trim(), program)
    const account = await postgresAccount()
    await expect(requireReach(account, program)).rejects.toThrow(new RegExp(`cannot use ${program} because`))
    await chmod(closed, 0o755)
    await expect(requireReach(account, program)).resolves.toBeUndefined()
    await rm(closed, { recursive: true })
  })
}
