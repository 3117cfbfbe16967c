import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** What each room may import of ours. A room that is missing here fails the test: its place has to be decided. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  mining: [],
  'sample-org': [],
  contracts: [],
  patterns: [],
  'role-model': ['mining'],
  sources: [],
  store: ['errors'],
  'collection-query': ['errors', 'store'],
  'search-criteria': ['errors', 'store', 'patterns', 'directory', 'profiles'],
  jobs: ['errors', 'store'],
  auth: ['errors', 'store'],
  directory: ['errors', 'store', 'mining'],
  profiles: ['errors', 'store', 'mining', 'directory', 'patterns'],
  'role-mining': ['errors', 'store', 'jobs', 'directory', 'profiles', 'mining', 'role-model'],
  'role-sessions': [
    'errors',
    'store',
    'jobs',
    'directory',
    'profiles',
    'mining',
    'collection-query',
    'search-criteria',
  ],
  transcoding: [],
  rpc: ['errors', 'contracts'],
  server: ['errors', 'contracts', 'auth', 'rpc'],
  dialects: ['errors', 'contracts', 'auth', 'server', 'transcoding'],
}

/** What a room must never meet from outside: domain code knows neither HTTP nor protobuf, the engine knows nothing. */
const forbidden: Readonly<Record<string, RegExp>> = {
  errors: /./,
  mining: /^(?!node:(worker_threads|os)$)./,
  'sample-org': /./,
  patterns: /^(?!re2js$)./,
  'role-model': /^(?!node:worker_threads$)./,
  // Files of people: formats and their libraries, and the temporary folder for what needs random access.
  sources: /^(@bufbuild|@connectrpc|postgres|pg-boss|node:(http|net))/,
  store: /^(@bufbuild|@connectrpc|node:http)/,
  'collection-query': /^(@bufbuild|@connectrpc|node:)/,
  'search-criteria': /^(@bufbuild|@connectrpc|node:)/,
  jobs: /^(@bufbuild|@connectrpc|node:http)/,
  auth: /^(@bufbuild|@connectrpc|node:http|fastify)/,
  directory: /^(@bufbuild|@connectrpc|node:http)/,
  profiles: /^(@bufbuild|@connectrpc|node:http)/,
  'role-mining': /^(@bufbuild|@connectrpc|node:http)/,
  'role-sessions': /^(@bufbuild|@connectrpc|node:http)/,
  transcoding: /^(?!@bufbuild\/protobuf|@connectrpc\/connect$|@connectrpc\/connect\/|node:)/,
  rpc: /^(postgres|pg-boss)/,
  server: /^(postgres|pg-boss)/,
  // Keys and random ids of clients; the words of HTTP's statuses. A dialect opens neither files nor connections.
  dialects: /^(postgres|pg-boss|node:(?!(crypto|http)$))/,
}

const folders = (path: string) =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)

/** Every module that the shipped sources of a package import (tests and benchmarks may look around). */
function importsOf(packagePath: string): { file: string; specifier: string }[] {
  const src = join(root, packagePath, 'src')
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter(
      (file) =>
        file.endsWith('.ts') && !/\.test\.ts$|(^|\/)(testing|conformance\/)/.test(file) && !file.includes('generated'),
    )
    .flatMap((file) =>
      [
        ...readFileSync(join(src, file), 'utf8').matchAll(
          /^(?:import|export)\s(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]/gms,
        ),
      ].map((match) => ({ file: `${packagePath}/src/${file}`, specifier: match[1] ?? '' })),
    )
}

const assay = (specifier: string) => /^@assay\/([^/]+)/.exec(specifier)?.[1]

test.each(folders('libs'))('libs/%s imports only the rooms below it', (lib) => {
  expect(Object.keys(allowed)).toContain(lib)
  const wrong = importsOf(`libs/${lib}`).filter(({ specifier }) => {
    const room = assay(specifier)
    if (room !== undefined) return room !== lib && !allowed[lib]?.includes(room)
    return !specifier.startsWith('.') && forbidden[lib]?.test(specifier)
  })
  expect(wrong).toEqual([])
})

test.each(folders('apps'))('apps/%s imports no other app', (app) => {
  const wrong = importsOf(`apps/${app}`).filter(({ specifier }) => {
    const room = assay(specifier)
    return room !== undefined && !(room in allowed)
  })
  expect(wrong).toEqual([])
})

/** Rooms that only these packages may import; `dialects` gives a mount, whose types are the transcoder's. */
const importers: Readonly<Record<string, readonly string[]>> = { transcoding: ['apps/gateway', 'libs/dialects'] }

test.each(Object.entries(importers))('only the packages named here import libs/%s', (room, packages) => {
  const wrong = [...folders('libs').map((lib) => `libs/${lib}`), ...folders('apps').map((app) => `apps/${app}`)]
    .filter((path) => !packages.includes(path))
    .flatMap(importsOf)
    .filter(({ specifier }) => assay(specifier) === room)
  expect(wrong).toEqual([])
})

test('libs/dialects imports only types of libs/transcoding, so that the services do not load it', () => {
  const src = join(root, 'libs/dialects/src')
  const values = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) =>
      /^(?:import|export) (?!type )[^'"]*'@assay\/transcoding'/m.test(readFileSync(join(src, file), 'utf8')),
    )
  expect(values).toEqual([])
})

test.each([...folders('libs').map((lib) => `libs/${lib}`), ...folders('apps').map((app) => `apps/${app}`)])(
  '%s stays inside its own folder and declares what it imports',
  (path) => {
    const manifest = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>
    }
    const declared = new Set(Object.keys(manifest.dependencies ?? {}))
    const wrong = importsOf(path).filter(({ file, specifier }) => {
      if (specifier.startsWith('.')) return !join(file, '..', specifier).startsWith(`${path}/`)
      if (specifier.startsWith('node:')) return false
      return !declared.has(
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      )
    })
    expect(wrong).toEqual([])
  },
)
