import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AddressGuard, OutboundClient, PatientClient, parseNetworks, Secret } from '@assay/outbound'
import { startServer } from '@assay/outbound/testing'
import { Composition, Faults, nativeFiles, readyMaps, recogniseFiles } from '@assay/sources'
import express from 'express'
import SCIMMY from 'scimmy'
import SCIMMYRouters from 'scimmy-routers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pullScim, type ScimPull } from './pull-scim.ts'

/** 450 people in three groups, the third of which contains the others: more than two pages. */
const people = Array.from({ length: 450 }, (_, index) => ({
  id: `u${index}`,
  userName: `user${index}@example.com`,
  displayName: `User ${index}`,
  active: index % 10 !== 0,
  roles: index % 2 === 0 ? [{ value: 'even', display: 'Even' }] : [],
  meta: { lastModified: new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString() },
}))
const meta = { lastModified: '2026-01-01T00:00:00Z' }
const groups = [
  {
    id: 'g1',
    displayName: 'First half',
    members: people.slice(0, 225).map(({ id }) => ({ value: id, type: 'User' })),
    meta,
  },
  {
    id: 'g2',
    displayName: 'Second half',
    members: people.slice(225).map(({ id }) => ({ value: id, type: 'User' })),
    meta,
  },
  { id: 'g3', displayName: 'All', members: ['g1', 'g2'].map((value) => ({ value, type: 'Group' })), meta },
]

let server: Awaited<ReturnType<typeof startServer>>
let client: OutboundClient
let folder: string

beforeAll(async () => {
  const egress =
    (all: readonly object[]) =>
    ({ filter }: { filter?: { match(all: readonly object[]): object[] } }) =>
      filter === undefined ? all : filter.match(all)
  // biome-ignore lint/suspicious/noExplicitAny: the handlers of the library are typed by its own classes
  const handlers = SCIMMY.Resources as any
  handlers.declare(SCIMMY.Resources.User).egress(egress(people))
  handlers.declare(SCIMMY.Resources.Group).egress(egress(groups))
  const app = express()
  const routers = () =>
    new SCIMMYRouters({
      type: 'bearer',
      handler: (request) => {
        if (request.header('authorization') !== 'Bearer hush') throw new Error('unknown token')
        return 'reader'
      },
    }) as unknown as express.Router
  // Express 5 parses the query each time it is read, so changes by the routers are lost: here they never see a number in it.
  app.use('/first-page', routers())
  app.use((request, _, next) => {
    Object.defineProperty(request, 'query', { value: request.query, writable: true })
    next()
  })
  app.use('/scim/v2', routers())
  server = await startServer(app)
  client = new OutboundClient(new AddressGuard(parseNetworks('127.0.0.1')))
  folder = await mkdtemp(join(tmpdir(), 'assay-pull-'))
})

afterAll(async () => {
  client.close()
  await server.close()
  await rm(folder, { recursive: true })
})

async function pull(
  options: { readonly token?: string; readonly since?: Date; readonly path?: string } = {},
): Promise<ScimPull> {
  const own = await mkdtemp(join(folder, 'pull-'))
  return pullScim(new URL(options.path ?? '/scim/v2', server.url), {
    client: new PatientClient(client),
    secret: new Secret('idp', `Bearer ${options.token ?? 'hush'}`),
    folder: own,
    since: options.since,
    limits: { pageSize: 100 },
  })
}

async function composed(files: Parameters<typeof recogniseFiles>[0]) {
  const { sources, faults, unmapped, others } = await recogniseFiles(files, readyMaps(), { temporaryFolder: folder })
  expect([faults, unmapped, others]).toEqual([[], [], []])
  const composition = new Composition(sources, { faults: new Faults() })
  await composition.read()
  const texts: Record<string, string> = {}
  for (const { name, content } of nativeFiles(composition)) {
    const pieces: Uint8Array[] = []
    for await (const piece of content) pieces.push(piece)
    texts[name] = Buffer.concat(pieces).toString()
  }
  return { composition, texts, maps: sources.map(({ name }) => name) }
}

test('people, groups, groups in groups and roles come over all pages, and load by the map for SCIM', async () => {
  const pulled = await pull()
  expect(pulled.counts).toEqual({ users: 450, groups: 3 })
  expect(pulled.asOf).toBeInstanceOf(Date)
  const { composition, texts, maps } = await composed(pulled.files)
  expect(maps).toEqual(['scim'])
  expect(composition.faults.count).toBe(0)
  expect([composition.directory.people.length, composition.holdings.rows]).toEqual([450, 450 + 225])
  expect(composition.directory.memberships).toHaveLength(2)
  expect(texts['grants.csv']).toMatch(/^u449,g2,scim,,$/m)
  expect(texts['identities.csv']).toMatch(/^u10,User 10,,user10@example\.com,.*,disabled,human,$/m)
})

test('a pull gives what the saved answers of the same server give, byte for byte, each time', async () => {
  const [first, second] = [await pull(), await pull()]
  for (const [index, { path }] of first.files.entries()) {
    expect(await readFile(path, 'utf8')).toBe(await readFile(second.files[index]?.path ?? '', 'utf8'))
  }
  const saved = []
  for (const kind of ['Users', 'Groups']) {
    const answer = await fetch(new URL(`/scim/v2/${kind}?count=1000&sortBy=id`, server.url), {
      headers: { authorization: 'Bearer hush' },
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    saved.push({
      name: `${kind}.json`,
      open: async function* () {
        yield bytes
      },
    })
  }
  expect((await composed(saved)).texts).toEqual((await composed(first.files)).texts)
})

test('a pull of what has changed takes that alone', async () => {
  const { counts, files } = await pull({ since: new Date(people[440]?.meta.lastModified ?? '') })
  expect([counts, files.map(({ name }) => name)]).toEqual([{ users: 10, groups: 0 }, ['users.json']])
})

test('a wrong token is refused with the name of the secret, and nothing of it', async () => {
  const error = await pull({ token: 'guessed' }).catch((refused: Error) => refused)
  expect(error).toMatchObject({ message: expect.stringMatching(/refuses the secret "idp" with 401/) })
  expect(String(error)).not.toContain('guessed')
})

test('a server that gives its first page whatever it is asked for is refused', async () => {
  await expect(pull({ path: '/first-page' })).rejects.toThrow(
    /\/Users returns the resource "u0" twice, after 20 different ones/,
  )
})
