import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AddressGuard, OutboundClient, PatientClient, parseNetworks, Secret } from '@assay/outbound'
import { startServer } from '@assay/outbound/testing'
import { afterEach, expect, test } from 'vitest'
import { type PullLimits, pullScim } from './pull-scim.ts'

const opened: { close(): unknown }[] = []
let folder = ''

afterEach(async () => {
  for (const each of opened.splice(0)) await each.close()
  await rm(folder, { recursive: true, force: true })
})

type Answer = (request: { readonly url: URL; readonly response: ServerResponse }) => void
type Answers = Readonly<Record<string, Answer | object>>

const json =
  (body: unknown): Answer =>
  ({ response }) =>
    response.writeHead(200, { 'content-type': 'application/scim+json' }).end(JSON.stringify(body))

const list = (
  Resources: unknown,
  totalResults: unknown = Array.isArray(Resources) ? Resources.length : 0,
  more: object = {},
) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults,
  Resources,
  ...more,
})

const users = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => ({ id: `u${from + index}`, userName: `user${from + index}` }))

/** Pulls from a server that answers the paths in `answers`, and 404 for all others. */
async function pull(answers: Answers, limits: Partial<PullLimits> = {}, since?: Date) {
  folder = await mkdtemp(join(tmpdir(), 'assay-pull-'))
  const server = await startServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? '', 'http://server')
    const answer = answers[url.pathname]
    if (typeof answer === 'function') answer({ url, response })
    else if (answer !== undefined) json(answer)({ url, response })
    else response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"no such thing"}')
  })
  const client = new OutboundClient(new AddressGuard(parseNetworks('127.0.0.1')), {
    answerBytes: 1 << 20,
    idleMs: 2000,
  })
  opened.push(server, client)
  const patient = new PatientClient(client, { wait: async () => {} })
  const pulled = await pullScim(server.url, {
    client: patient,
    secret: new Secret('idp', 'Bearer hush'),
    folder,
    limits,
    since,
  }).then(
    (value) => ({ value, fault: undefined }),
    (error: Error) => ({ value: undefined, fault: error.message.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST') }),
  )
  return { ...pulled, requests: server.requests.map(({ url }) => url), left: await readdir(folder) }
}

/** Pages of a list by `startIndex` and `count`, as in the standard. */
const paged =
  (all: readonly object[]): Answer =>
  ({ url, response }) => {
    const start = Number(url.searchParams.get('startIndex'))
    const count = Number(url.searchParams.get('count'))
    json(list(all.slice(start - 1, start - 1 + count), all.length))({ url, response })
  }

/** Returns three resources, but reports a total of five. */
const short: Answer = ({ url, response }) =>
  json(list(url.searchParams.get('startIndex') === '1' ? users(3) : [], 5))({ url, response })

test.each<[string, Answers, RegExp, Partial<PullLimits>?]>([
  ['fewer than it tells', { '/Users': paged(users(3)), '/Groups': short }, /Groups reports 5 resources and returns 3/],
  ['more than it tells', { '/Users': list(users(3), 2) }, /returns more than 2 resources; it reports 2/],
  [
    'the size of a page as the whole',
    {
      '/Users': ({ url, response }) => {
        const start = Number(url.searchParams.get('startIndex'))
        json(list(users(2, start), 2))({ url, response })
      },
    },
    /returns more than 2 resources; it reports 2/,
    { pageSize: 2 },
  ],
  [
    'the same page for every startIndex',
    { '/Users': list(users(2), 4) },
    /returns the resource "u1" twice, after 2 different ones/,
  ],
  [
    'pages that overlap',
    {
      '/Users': ({ url, response }) => {
        const start = Number(url.searchParams.get('startIndex'))
        json(list(users(2, Math.max(1, start - 1)), 5))({ url, response })
      },
    },
    /returns the resource "u2" twice/,
    { pageSize: 2 },
  ],
  [
    'pages without end',
    {
      '/Users': ({ url, response }) => {
        const start = Number(url.searchParams.get('startIndex'))
        json(list(users(50, start), 1_000_000))({ url, response })
      },
    },
    /reports 1000000 resources; at most 1000 are read/,
    { resources: 1000 },
  ],
  [
    'a total that grows for ever',
    {
      '/Users': ({ url, response }) => {
        const start = Number(url.searchParams.get('startIndex'))
        json(list(users(2, start), start + 10))({ url, response })
      },
    },
    /reports 11 resources on one page and 13 on a later one/,
    { pageSize: 2 },
  ],
  ['no total', { '/Users': { Resources: users(1) } }, /does not tell its number of resources/],
  [
    'a total that is no number',
    { '/Users': list(users(1), 'many') },
    /reports "\\"many\\"" as its number of resources/,
  ],
  ['a negative total', { '/Users': list(users(1), -1) }, /reports "-1"/],
  ['no users at all', { '/Users': list([]) }, /reports no users at all/],
  ['resources that are no list', { '/Users': list({ length: 3 }, 3) }, /answers without a list/],
  ['a resource that is none', { '/Users': list([null], 1) }, /lists something that is not a resource/],
  ['a resource without an id', { '/Users': list([{ userName: 'a' }]) }, /lists a resource without an id/],
  ['an id that is no text', { '/Users': list([{ id: 7 }]) }, /lists a resource without an id/],
  ['an id without end', { '/Users': list([{ id: 'x'.repeat(2000) }]) }, /without an id of 1 to 1024 characters/],
  ['a list of its own', { '/Users': [] }, /answers with JSON that is not an object/],
  [
    'HTML',
    {
      '/Users': ({ response }) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    },
    /answers with "text\/html" and not with JSON: is it the address of a SCIM server\?/,
  ],
  [
    'no content type',
    { '/Users': ({ response }) => response.writeHead(200).end('{}') },
    /answers with no content type/,
  ],
  [
    'half a document',
    {
      '/Users': ({ response }) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"totalResults": 1, "Res'),
    },
    /answers with JSON that cannot be read/,
  ],
  [
    'bytes that are no UTF-8',
    {
      '/Users': ({ response }) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(Buffer.from([0x7b, 0xff, 0x7d])),
    },
    /the bytes are no UTF-8/,
  ],
  [
    'nothing but brackets',
    {
      '/Users': ({ response }) =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(`{"totalResults":1,"Resources":[{"id":"1","x":${'['.repeat(500_000)}${']'.repeat(500_000)}}]}`),
    },
    /nested too deep/,
  ],
  [
    'more than an answer may have',
    {
      '/Users': ({ response }) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(' '.repeat(2 << 20)),
    },
    /answers with more than 1 MiB/,
  ],
  ['more than a disk may have', { '/Users': paged(users(50)) }, /gives more than/, { bytes: 100 }],
  [
    '500 for ever',
    { '/Users': ({ response }) => response.writeHead(500).end() },
    /is in trouble: it answers 500 to \/Users/,
  ],
  [
    '429 for a day',
    {
      '/Users': ({ response }) => response.writeHead(429, { 'retry-after': '86400' }).end(),
    },
    /asks to wait 86400 s, and at most 300 s are waited/,
  ],
  ['401', { '/Users': ({ response }) => response.writeHead(401).end() }, /\/Users refuses the secret "idp" with 401/],
  [
    'an error that obeys no terminal',
    {
      '/Users': ({ response }) =>
        response
          .writeHead(400, { 'content-type': 'application/json' })
          .end('{"detail":"\\u001b[2J\\u009b\\u202egone"}'),
    },
    /answers 400: "\\u001b\[2J\\u009b\\u202egone"$/,
  ],
  [
    'a redirect to another host',
    {
      '/Users': ({ response }) => response.writeHead(302, { location: 'https://evil.example.com/Users' }).end(),
    },
    /redirects to "https:\/\/evil\.example\.com\/Users"; no redirect is followed/,
  ],
  ['no users endpoint', { '/Groups': list([]) }, /\/Users answers 404: "no such thing"/],
  [
    'users at another host',
    {
      '/ResourceTypes': list([{ name: 'User', endpoint: 'https://evil.example.com/Users' }]),
      '/Users': list(users(1)),
    },
    /has its resources "User" at "https:\/\/evil\.example\.com\/Users", which is not a path under its own address/,
  ],
  [
    'users above its address',
    {
      '/ResourceTypes': list([{ name: 'User', endpoint: '/../admin?x=1' }]),
    },
    /which is not a path under its own address/,
  ],
  [
    'groups that it names and has not',
    {
      '/ResourceTypes': list([
        { name: 'User', endpoint: '/Users' },
        { name: 'Group', endpoint: '/Groups' },
      ]),
      '/Users': list(users(1)),
    },
    /\/Groups answers 404/,
  ],
])('a server that gives %s is refused, and no file stays', async (_, answers, message, limits) => {
  const { fault, value, left } = await pull(answers, limits)
  expect(fault).toMatch(message)
  expect(value).toBeUndefined()
  expect(left).toEqual([])
})

const byCursor = { pagination: { cursor: true, index: false, maxPageSize: 2 } }

test.each<[string, Answer, RegExp]>([
  [
    'the same cursor again',
    json(list([], 3, { nextCursor: 'c' })),
    /gives the same cursor again, so its list has no end/,
  ],
  [
    'new cursors and no resources',
    ({ url, response }) => {
      json(list([], undefined, { nextCursor: `${url.searchParams.get('cursor')}x`, totalResults: undefined }))({
        url,
        response,
      })
    },
    /gives one empty page after the other/,
  ],
  [
    'a cursor that is no text',
    json(list(users(1), 1, { nextCursor: { a: 1 } })),
    /returns a cursor that is not a text/,
  ],
  [
    'a cursor without end',
    json(list(users(1), 1, { nextCursor: 'x'.repeat(10_000) })),
    /gives a cursor of 10000 characters/,
  ],
  ['an end before its total', json(list(users(2), 5)), /reports 5 resources and returns 2/],
])('a server that pages by cursors and gives %s is refused', async (_, answer, message) => {
  const { fault } = await pull({ '/ServiceProviderConfig': byCursor, '/Users': answer })
  expect(fault).toMatch(message)
})

test('a server that repeats the token is not quoted', async () => {
  const { fault } = await pull({
    '/Users': ({ response }) =>
      response.writeHead(403, { 'content-type': 'application/json' }).end('{"detail":"Bearer hush may not"}'),
  })
  expect(fault).toMatch(/refuses the secret "idp" with 403$/)
})

test('pages by cursors are read to the last; a total that is not told is not asked for', async () => {
  const all = users(5)
  const { value, requests } = await pull({
    '/ServiceProviderConfig': byCursor,
    '/Users': ({ url, response }) => {
      const at = Number(url.searchParams.get('cursor') || 0)
      const next = at + 2 < all.length ? { nextCursor: String(at + 2) } : {}
      json({ Resources: all.slice(at, at + 2), ...next })({ url, response })
    },
  })
  expect(value?.counts).toEqual({ users: 5 })
  expect(requests.filter((url) => url.startsWith('/Users'))).toEqual([
    '/Users?cursor&count=2',
    '/Users?cursor=2&count=2',
    '/Users?cursor=4&count=2',
  ])
})

test('data that change while they are read are read once more', async () => {
  let readings = 0
  const { value } = await pull(
    {
      '/Users': ({ url, response }) => {
        const start = Number(url.searchParams.get('startIndex'))
        if (start === 1) readings++
        const all = users(readings === 1 && start > 1 ? 4 : 5)
        json(list(all.slice(start - 1, start + 1), all.length))({ url, response })
      },
    },
    { pageSize: 2 },
  )
  expect([readings, value?.counts]).toEqual([2, { users: 5 }])
})

test('a cursor that ran out is begun anew, once', async () => {
  let first = 0
  const { fault } = await pull({
    '/ServiceProviderConfig': byCursor,
    '/Users': ({ url, response }) => {
      if (url.search.startsWith('?cursor&')) {
        first++
        json(list(users(2), 4, { nextCursor: 'n' }))({ url, response })
      } else {
        response.writeHead(400, { 'content-type': 'application/json' }).end('{"scimType":"expiredCursor"}')
      }
    },
  })
  expect([first, fault]).toEqual([2, 'HOST/Users answers 400'])
})

test('servers that answer behind their last resource with an error, or with fewer than asked for, are read whole', async () => {
  const all = users(4)
  const behind: Answer = ({ url, response }) => {
    const start = Number(url.searchParams.get('startIndex'))
    if (start > all.length) response.writeHead(400).end()
    else json(list(all.slice(start - 1, start), all.length))({ url, response })
  }
  expect((await pull({ '/Users': behind }, { pageSize: 1 })).value?.counts).toEqual({ users: 4 })
  expect((await pull({ '/Users': behind }, { pageSize: 3 })).value?.counts).toEqual({ users: 4 })
})

test('what has changed is asked for by a filter, and only of a server that has filters', async () => {
  const since = new Date('2026-01-01T00:00:00Z')
  const { requests } = await pull(
    { '/ServiceProviderConfig': { filter: { supported: true, maxResults: 50 } }, '/Users': list([]) },
    {},
    since,
  )
  expect(requests).toContain(
    '/Users?startIndex=1&count=50&filter=meta.lastModified%20ge%20%222026-01-01T00%3A00%3A00.000Z%22',
  )
  expect((await pull({ '/Users': list([]) }, {}, since)).fault).toMatch(/has no filters/)
})

test('attributes that a server gives on request alone are asked for, with all others', async () => {
  const attributes = [
    { name: 'displayName', returned: 'default' },
    { name: 'members', returned: 'request' },
    { name: 'secret', returned: 'never' },
  ]
  const { requests } = await pull({
    '/ResourceTypes': list([
      { name: 'User', endpoint: '/Users', schema: 'urn:user' },
      { name: 'Group', endpoint: '/Groups', schema: 'urn:group', schemaExtensions: [{ schema: 'urn:more' }] },
      { name: 'Device', endpoint: '/Devices' },
    ]),
    '/Schemas': list([
      { id: 'urn:group', attributes },
      { id: 'urn:more', attributes: [{ name: 'owner' }] },
      { id: 'urn:user', attributes: [{ name: 'userName' }] },
    ]),
    '/Users': list(users(1)),
    '/Groups': list([{ id: 'g' }]),
  })
  expect(requests.slice(3)).toEqual([
    '/Users?startIndex=1&count=200',
    '/Groups?startIndex=1&count=200&attributes=displayName%2Cmembers%2Curn%3Amore%3Aowner',
  ])
})

test('the files do not depend on the order in which a server answers', async () => {
  const texts = []
  for (const all of [users(30), users(30).toReversed()]) {
    const { value } = await pull({ '/Users': paged(all) }, { pageSize: 7 })
    texts.push(await readFile(value?.files[0]?.path ?? '', 'utf8'))
    expect(value?.notes).toEqual([expect.stringMatching(/has no groups$/)])
  }
  expect(texts[0]).toBe(texts[1])
  expect(JSON.parse(texts[0] ?? '')).toMatchObject({ totalResults: 30 })
})
