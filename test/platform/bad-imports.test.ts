import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { ImportService } from '@assay/contracts/assay/directory/v1/import_service_pb'
import { Code, createClient } from '@connectrpc/connect'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { badImports, goodFiles } from './cases/bad-imports.ts'
import { accessDataFingerprint } from './fingerprint.ts'
import { type FurnishedPlatform, startFurnishedPlatform } from './furnished.ts'
import { grpc, rest } from './platform.ts'
import { runningProcesses } from './processes.ts'

let platform: FurnishedPlatform
let before: Awaited<ReturnType<typeof accessDataFingerprint>>

beforeAll(async () => {
  platform = await startFurnishedPlatform()
  before = await accessDataFingerprint(platform.db)
})
afterAll(() => platform?.stop())

const send = (call: string, body?: unknown) => rest(platform.baseUrl, platform.admin, call, body)
const imports = '/directory/v1/imports'

interface ImportJson {
  readonly id: string
  readonly state: string
  readonly errors: { readonly file: string; readonly line: number; readonly column: number; readonly reason: string }[]
  readonly errorCount: number
  readonly errorMessage: string
  readonly files: { readonly name: string; readonly sha256: string }[]
}
const importJson = ({ json }: { readonly json: unknown }) => json as ImportJson
const getImport = async (id: string) => importJson(await send(`GET ${imports}/${id}`))

async function openImport(): Promise<string> {
  return importJson(await send(`POST ${imports}`, {})).id
}

async function committed(id: string): Promise<ImportJson> {
  expect((await send(`POST ${imports}/${id}:commit`)).status).toBe(200)
  return vi.waitFor(
    async () => {
      const one = await getImport(id)
      expect(one.state).not.toBe('STATE_COMMITTING')
      return one
    },
    { timeout: 300_000, interval: 50 },
  )
}

afterEach(async () => {
  const [open] = await platform.db.owner.sql<{ id: number }[]>`select id from imports where state = 'open'`
  if (open !== undefined) await send(`POST ${imports}/${open.id}:abort`)
})

test.each(badImports)(
  'an import with %s fails as a whole, says where, and changes nothing',
  async (_, files, place, reason) => {
    const id = await openImport()
    for (const [name, content] of Object.entries({ ...goodFiles, ...files })) {
      if (content !== undefined) expect((await send(`POST ${imports}/${id}/files/${name}`, content)).status).toBe(200)
    }
    const failed = await committed(id)
    expect(failed.errors.map((error) => `${error.file}:${error.line}:${error.column}`)).toContain(place)
    const [first] = failed.errors
    expect(first!.reason).toMatch(reason)
    expect(failed).toMatchObject({ state: 'STATE_FAILED', errorCount: failed.errors.length })
    expect(failed.errorMessage).toContain(first!.reason)
    expect(await accessDataFingerprint(platform.db)).toEqual(before)
  },
)

test('when two imports are opened at once, one is refused and its error names the other', async () => {
  const answers = await Promise.all([send(`POST ${imports}`, {}), send(`POST ${imports}`, {})])
  const [opened, refused] = answers.toSorted((a, b) => a.status - b.status)
  const { id } = importJson(opened!)
  expect([opened!.status, refused!.status]).toEqual([200, 409])
  expect(refused!.json).toMatchObject({
    code: Code.Aborted,
    message: expect.stringMatching(new RegExp(`^import "${id}", created by .+, is still open; commit or abort it`)),
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'IMPORT_IN_PROGRESS',
        domain: 'assay',
        metadata: { importId: id },
      },
    ],
  })
  const client = createClient(ImportService, grpc(platform.baseUrl, platform.admin))
  await expect(client.createImport({})).rejects.toMatchObject({ code: Code.Aborted })
  expect(await accessDataFingerprint(platform.db)).toEqual(before)
})

test('a file with incomplete gzip data is refused, and the import stays open without the file', async () => {
  const id = await openImport()
  const { status, json } = await send(`POST ${imports}/${id}/files/grants.csv.gz`, Buffer.from('1f8b0800', 'hex'))
  expect([status, json.message]).toEqual([400, expect.stringMatching(/^file: is not whole gzip data/)])
  expect(await getImport(id)).toMatchObject({ state: 'STATE_OPEN', files: [] })
})

const cuts: [string, (id: string, file: AsyncIterable<Uint8Array>, signal: AbortSignal) => Promise<unknown>][] = [
  ['REST', (id, file, signal) => upload(`${imports}/${id}/files/identities.csv`, file, signal)],
  [
    'gRPC',
    (id, file, signal) => {
      async function* messages() {
        for await (const data of file) yield { importId: id, fileName: 'identities.csv', content: { data } }
      }
      const client = createClient(ImportService, grpc(platform.baseUrl, platform.admin))
      return client.uploadImportFile(messages(), { signal })
    },
  ],
]

test.each(cuts)(
  'an upload by %s that breaks off leaves what was there before, and the import open',
  async (_, uploadBy) => {
    const id = await openImport()
    await send(`POST ${imports}/${id}/files/identities.csv`, goodFiles['identities.csv'])
    const { files } = await getImport(id)
    const cut = new AbortController()
    const underWay = Promise.withResolvers<void>()
    async function* file() {
      yield Buffer.from('id\n')
      for (let row = 0; row < 3; row++) yield Buffer.alloc(1024 * 1024, 'x\n')
      underWay.resolve()
      await once(cut.signal, 'abort')
      // If the file ended here, it could arrive completely before the call is cancelled.
      throw cut.signal.reason
    }
    const refused = expect(uploadBy(id, file(), cut.signal)).rejects.toThrow()
    await underWay.promise
    await uploads(1)
    cut.abort()
    await refused
    await uploads(0)
    expect(await getImport(id)).toMatchObject({ state: 'STATE_OPEN', files })
    expect(await accessDataFingerprint(platform.db)).toEqual(before)
    await send(`POST ${imports}/${id}/files/grants.csv`, goodFiles['grants.csv'].replace('bob', 'eve'))
    expect(await committed(id)).toMatchObject({ errors: [{ file: 'grants.csv', line: 3 }] })
  },
)

/** Waits until this number of uploads is running or being removed. */
async function uploads(count: number): Promise<void> {
  const { sql } = platform.db.owner
  await vi.waitFor(
    async () => {
      const coming = await sql`select from import_uploads where live_until is not null`
      expect(coming.count).toBe(count)
    },
    { timeout: 300_000, interval: 20 },
  )
}

test('a line of 400 MB is refused with its line number, in bounded memory', async () => {
  const id = await openImport()
  const megabyte = Buffer.alloc(1024 * 1024, 'x')
  async function* file() {
    yield Buffer.from('id,department\nada,')
    for (let count = 0; count < 400; count++) yield megabyte
    yield Buffer.from('\nbob,Sales\n')
  }
  const memory = await watchMemory()
  await upload(`${imports}/${id}/files/identities.csv`, file())
  await send(`POST ${imports}/${id}/files/grants.csv`, 'identity_id,entitlement_id\nbob,read\n')
  const failed = await committed(id)
  const growth = await memory.stop()
  expect(failed).toMatchObject({
    state: 'STATE_FAILED',
    errors: [{ file: 'identities.csv', line: 2, column: 1, reason: 'a row of more than 1048576 bytes' }],
  })
  // Pieces that were read wait for the garbage collector; the whole line is never in memory.
  for (const [process, bytes] of Object.entries(growth)) expect(bytes, process).toBeLessThan(300 * 1024 * 1024)
  expect(await accessDataFingerprint(platform.db)).toEqual(before)
})

/** Streams the bytes as the body of a POST. @returns the status of the response */
async function upload(path: string, file: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<number> {
  const headers = { authorization: `Bearer ${platform.admin}`, 'content-type': 'text/csv' }
  const posting = request(new URL(path, platform.baseUrl), { method: 'POST', headers, ...(signal && { signal }) })
  const answered = once(posting, 'response') as Promise<[IncomingMessage]>
  await Promise.race([answered, feed(posting, file)])
  const [answer] = await answered
  answer.resume()
  return answer.statusCode ?? 0
}

async function feed(posting: ClientRequest, file: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const bytes of file) if (!posting.write(bytes)) await once(posting, 'drain')
  posting.end()
}

/** Measures the largest growth of memory of each process of the platform, from now until `stop`. */
async function watchMemory() {
  const parts = async () => {
    const children = (await runningProcesses()).filter(({ parent }) => parent === process.pid)
    return children.flatMap(({ command, residentBytes }) => {
      const [part] = command.match(/[\w-]+\/src\/(main|worker)\.ts/) ?? []
      return part === undefined ? [] : [[part, residentBytes] as const]
    })
  }
  const first = Object.fromEntries(await parts())
  const most: Record<string, number> = {}
  let watching = true
  const watch = async () => {
    while (watching) {
      for (const [part, bytes] of await parts()) most[part] = Math.max(most[part] ?? 0, bytes - first[part]!)
      await sleep(50)
    }
  }
  const ended = watch()
  return {
    async stop() {
      watching = false
      await ended
      return most
    },
  }
}

test('an import that skips invalid rows is committed and lists them', async () => {
  const id = importJson(await send(`POST ${imports}`, { skipInvalid: true })).id
  const grants = `${goodFiles['grants.csv']}ada,delete\neve,read\n`
  for (const [name, content] of Object.entries({ ...goodFiles, 'grants.csv': grants }))
    await send(`POST ${imports}/${id}/files/${name}`, content)
  const done = await committed(id)
  expect(done).toMatchObject({ state: 'STATE_COMMITTED', errorCount: 2, counts: { identities: 2, grants: 2 } })
  expect(done.errors.map(({ line, reason }) => [line, reason])).toEqual([
    [4, 'there is no entitlement "delete"'],
    [5, 'there is no identity "eve"'],
  ])
})
