import { expect, test } from 'vitest'
import { importsOfShipped, read, roomOf, shipped, sourcesOf, targetOf } from './modules.ts'

/** The rooms that each room may import. A room that is missing here fails the test, because its place must be decided. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  threads: [],
  mining: ['threads'],
  'sample-org': [],
  contracts: [],
  patterns: [],
  'role-model': ['mining'],
  sources: ['errors'],
  outbound: [],
  mail: ['errors'],
  'scim-pull': ['outbound'],
  oidc: ['outbound'],
  tracing: [],
  store: ['errors', 'tracing'],
  ledger: ['errors', 'store'],
  'collection-query': ['errors', 'store'],
  'search-criteria': ['errors', 'store', 'patterns', 'directory', 'profiles'],
  'search-documents': ['errors', 'store', 'directory', 'profiles', 'search-criteria'],
  jobs: ['errors', 'store', 'ledger', 'tracing'],
  auth: ['errors', 'store', 'ledger'],
  directory: ['errors', 'store', 'ledger', 'mining', 'collection-query'],
  profiles: ['errors', 'store', 'ledger', 'threads', 'mining', 'directory', 'patterns', 'collection-query'],
  policies: ['errors', 'store', 'ledger', 'mining', 'directory', 'patterns', 'collection-query'],
  // Bounded readers are API clients.
  'role-mining': [
    'errors',
    'store',
    'ledger',
    'jobs',
    'auth',
    'directory',
    'profiles',
    'policies',
    'threads',
    'mining',
    'role-model',
  ],
  'source-pulls': ['errors', 'store', 'ledger', 'jobs', 'outbound', 'scim-pull', 'source-loads'],
  'role-sessions': [
    'errors',
    'store',
    'ledger',
    'jobs',
    'directory',
    'profiles',
    'mining',
    'collection-query',
    'search-criteria',
  ],
  'source-loads': ['errors', 'store', 'ledger', 'jobs', 'directory', 'sources'],
  candidates: [
    'errors',
    'store',
    'ledger',
    'directory',
    'profiles',
    'policies',
    'mining',
    'role-mining',
    'role-sessions',
    'source-loads',
  ],
  events: ['errors', 'store', 'ledger', 'jobs', 'auth', 'outbound'],
  'saved-views': ['errors', 'store', 'ledger'],
  targets: [],
  publications: ['errors', 'store', 'ledger', 'directory', 'profiles', 'source-loads', 'targets'],
  reviews: [
    'errors',
    'store',
    'ledger',
    'auth',
    'directory',
    'profiles',
    'policies',
    'mining',
    'role-mining',
    'candidates',
    'jobs',
    'mail',
  ],
  transcoding: [],
  rpc: ['errors', 'contracts', 'tracing'],
  server: ['errors', 'threads', 'contracts', 'auth', 'rpc', 'tracing'],
  dialects: ['errors', 'contracts', 'auth', 'server', 'transcoding'],
  mcp: ['contracts'],
}

/** The external packages that a room must not import: domain code uses neither HTTP nor protobuf, the engine uses none. */
const forbidden: Readonly<Record<string, RegExp>> = {
  errors: /./,
  // The only room that uses OpenTelemetry.
  tracing: /^(?!@opentelemetry\/|node:async_hooks$)./,
  // What the platform offers to a thread.
  threads: /^(?!node:)./,
  mining: /^(?!node:worker_threads$)./,
  'sample-org': /./,
  patterns: /^(?!re2js$)./,
  'role-model': /^(?!node:worker_threads$)./,
  // Texts and their hashes.
  targets: /^(?!node:crypto$)./,
  events: /^(@bufbuild|@connectrpc|node:http)/,
  publications: /^(@bufbuild|@connectrpc|node:http)/,
  // Files of people: formats and their libraries, and the temporary folder for what needs random access. Cells of one format
  // hold messages of protobuf, whose bytes are read here and nothing else of it.
  sources: /^(@bufbuild\/(?!protobuf\/wire$)|@connectrpc|postgres|pg-boss|node:(http|net))/,
  // Requests and secrets of an operator's folder.
  outbound: /^(?!ipaddr\.js$|node:)/,
  mail: /^(?!nodemailer$)./,
  'scim-pull': /^(?!node:(fs|fs\/promises|path)$)./,
  // The protocol and its tokens; requests are those of outbound.
  oidc: /^(?!openid-client$|jose$)./,
  ledger: /^(@bufbuild|@connectrpc|node:http)/,
  store: /^(@bufbuild|@connectrpc|node:http)/,
  'collection-query': /^(@bufbuild|@connectrpc|node:)/,
  'search-criteria': /^(@bufbuild|@connectrpc|node:)/,
  'search-documents': /^(@bufbuild|@connectrpc|node:)/,
  jobs: /^(@bufbuild|@connectrpc|node:http)/,
  auth: /^(@bufbuild|@connectrpc|node:http|fastify)/,
  directory: /^(@bufbuild|@connectrpc|node:http)/,
  profiles: /^(@bufbuild|@connectrpc|node:http)/,
  policies: /^(@bufbuild|@connectrpc|node:http)/,
  'role-mining': /^(@bufbuild|@connectrpc|node:http)/,
  'source-pulls': /^(@bufbuild|@connectrpc|node:http)/,
  'role-sessions': /^(@bufbuild|@connectrpc|node:http)/,
  'source-loads': /^(@bufbuild|@connectrpc|node:http)/,
  candidates: /^(@bufbuild|@connectrpc|node:http)/,
  reviews: /^(@bufbuild|@connectrpc|node:http)/,
  transcoding: /^(?!@bufbuild\/protobuf|@connectrpc\/connect$|@connectrpc\/connect\/|node:)/,
  rpc: /^(postgres|pg-boss)/,
  server: /^(postgres|pg-boss)/,
  // Keys and random ids of clients; the words of HTTP's statuses. A dialect opens neither files nor connections.
  dialects: /^(postgres|pg-boss|node:(?!(crypto|http)$))/,
  // MACs of previews that agents saw.
  mcp: /^(postgres|pg-boss|node:(?!crypto$))/,
}

const nameOf = (path: string) => path.replace(/^\w+\//, '')
const libs = shipped.filter((path) => path.startsWith('libs/')).map(nameOf)
const apps = shipped.filter((path) => path.startsWith('apps/')).map(nameOf)

test.each(libs)('libs/%s imports only the rooms below it', (lib) => {
  expect(Object.keys(allowed)).toContain(lib)
  const wrong = importsOfShipped(`libs/${lib}`).filter(({ specifier }) => {
    const room = roomOf(specifier)
    if (room !== undefined) return room !== lib && !allowed[lib]?.includes(room)
    return !specifier.startsWith('.') && forbidden[lib]?.test(specifier)
  })
  expect(wrong).toEqual([])
})

test.each(apps)('apps/%s imports no other app', (app) => {
  const wrong = importsOfShipped(`apps/${app}`).filter(({ specifier }) => {
    const room = roomOf(specifier)
    return room !== undefined && !(room in allowed)
  })
  expect(wrong).toEqual([])
})

/** Rooms that only these packages may import; `dialects` gives a mount, whose types are the transcoder's. */
const importers: Readonly<Record<string, readonly string[]>> = { transcoding: ['apps/gateway', 'libs/dialects'] }

test.each(Object.entries(importers))('only the packages named here import libs/%s', (room, may) => {
  const wrong = shipped
    .filter((path) => !may.includes(path))
    .flatMap(importsOfShipped)
    .filter(({ specifier }) => roomOf(specifier) === room)
  expect(wrong).toEqual([])
})

test('libs/dialects imports only types of libs/transcoding, so that the services do not load it', () => {
  const values = sourcesOf('libs/dialects').filter((file) =>
    /^(?:import|export) (?!type )[^'"]*'@assay\/transcoding'/m.test(read(file)),
  )
  expect(values).toEqual([])
})

test.each(shipped)('%s stays inside its own folder', (path) => {
  const wrong = importsOfShipped(path).filter(
    ({ file, specifier }) => specifier.startsWith('.') && !targetOf(specifier, file)?.startsWith(`${path}/`),
  )
  expect(wrong).toEqual([])
})
