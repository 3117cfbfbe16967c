import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { asksToStopAll, releaseNotes } from './changelog.ts'
import { changedFiles, commitOf, git } from './git.ts'
import { planRelease } from './plan-release.ts'
import { runRelease } from './run-release.ts'

let root: string
let folder: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-release-'))
  folder = mkdtempSync(join(tmpdir(), 'assay-artefacts-'))
  put('package.json', '{\n  "name": "root",\n  "version": "0.1.0",\n  "workspaces": ["libs/*"]\n}\n')
  for (const path of ['libs/a/package.json', 'libs/é/package.json'])
    put(path, '{\n  "name": "a",\n  "version": "0.1.0"\n}\n')
  const other = { version: '0.1.0' }
  const packages = {
    '': other,
    'libs/a': other,
    'node_modules/b': other,
    'libs/a/node_modules/b': other,
    'node_modules/a': {},
  }
  put('package-lock.json', `${JSON.stringify({ name: 'root', version: '0.1.0', packages }, null, 2)}\n`)
  put('deploy/helm/assay/Chart.yaml', 'name: assay\nversion: 0.1.0\nappVersion: 0.1.0\n')
  put(
    'CHANGELOG.md',
    '# Changelog\n\n## Unreleased\n\nTo upgrade: nothing to do.\n\n- A change.\n\n## 0.1.0, 2026-01-01\n\n- The first.\n',
  )
  put('libs/store/released.json', '{ "version": "0.1.0", "migrations": { "0001_a.sql": "x" } }\n')
  put('libs/store/migrations/0001_a.sql', 'create table a (id integer)')
  put('libs/store/migrations/0002_b.sql', 'alter table a add column b text')
  put('proto/released.binpb', 'old image')
  git(root, 'init', '--quiet')
  git(root, 'config', 'user.name', 'Somebody')
  git(root, 'config', 'user.email', 'somebody@example.com')
  commitAll('first')
})
afterEach(() => {
  for (const each of [root, folder]) rmSync(each, { recursive: true })
})

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
function commitAll(subject: string): void {
  git(root, 'add', '.')
  git(root, 'commit', '--quiet', '--message', subject)
}
const text = (path: string) => readFileSync(join(root, path), 'utf8')

const emptySbom = (): string => '{"metadata":{}}'

function release({ isDry = false, version = '0.2.0', today = '2026-11-30', sbomOf = emptySbom } = {}): string {
  const printed: string[] = []
  const formats = { snapshot: 2, queue: 43 }
  const tools = { make: () => ({ image: Buffer.from('new image'), formats }), sbomOf }
  runRelease({ root, version, isDry, folder, print: (line) => printed.push(line), today, tools })
  return printed.join('\n')
}

test('a release sets the version everywhere, updates the changelog, and makes commit, artefacts and tag', () => {
  release()
  for (const path of ['package.json', 'libs/a/package.json', 'libs/é/package.json'])
    expect(JSON.parse(text(path)).version).toBe('0.2.0')
  const { version, packages } = JSON.parse(text('package-lock.json'))
  const versions = Object.values<{ version?: string }>(packages).map((entry) => entry.version)
  expect([version, ...versions]).toEqual(['0.2.0', '0.2.0', '0.2.0', '0.1.0', '0.1.0', undefined])
  expect(text('deploy/helm/assay/Chart.yaml')).toBe('name: assay\nversion: 0.2.0\nappVersion: 0.2.0\n')
  expect(text('CHANGELOG.md')).toBe(
    '# Changelog\n\n## Unreleased\n\n## 0.2.0, 2026-11-30\n\nTo upgrade: nothing to do.\n\n- A change.\n\n## 0.1.0, 2026-01-01\n\n- The first.\n',
  )
  expect(text('proto/released.binpb')).toBe('new image')
  const released = JSON.parse(text('libs/store/released.json'))
  expect(released).toMatchObject({
    version: '0.2.0',
    formats: { queue: 43 },
    migrations: { '0002_b.sql': expect.stringMatching(/^[0-9a-f]{64}$/) },
  })
  expect(Object.keys(released.migrations)).toEqual(['0001_a.sql', '0002_b.sql'])
  expect(changedFiles(root)).toEqual([])
  expect(git(root, 'log', '-1', '--format=%s')).toBe('Release 0.2.0')
  expect(git(root, 'cat-file', '-t', 'v0.2.0')).toBe('tag')
  expect(git(root, 'tag', '-l', '--format=%(contents)', 'v0.2.0').trim()).toBe(
    'Assay 0.2.0\n\nTo upgrade: nothing to do.',
  )
  const sums = readFileSync(join(folder, 'SHA256SUMS'), 'utf8')
  for (const file of ['assay-0.2.0.tar.gz', 'assay-0.2.0.cdx.json']) {
    const sum = createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex')
    expect(sums).toContain(`${sum}  ${file}\n`)
  }
})

test('a dry run prints all steps and changes nothing', () => {
  const head = commitOf(root, 'HEAD')
  const printed = release({ isDry: true })
  expect(printed).toMatch(
    /would write package\.json\n.*would write CHANGELOG\.md\n.*To upgrade: nothing to do\..*Nothing was changed/s,
  )
  expect([commitOf(root, 'HEAD'), changedFiles(root), commitOf(root, 'v0.2.0')]).toEqual([head, [], undefined])
})

test('a version with a tag cannot be released again', () => {
  release()
  expect(() => release()).toThrow(/^The version 0\.2\.0 exists: the tag v0\.2\.0 names the commit/)
  expect(() => release({ version: '0.2.0', isDry: true })).toThrow('exists')
})

test('an interrupted run continues the next day, from written files or from a commit without a tag', () => {
  const fails = () => {
    throw new Error('npm broke off')
  }
  expect(() => release({ sbomOf: fails })).toThrow('npm broke off')
  // As if the run had been interrupted before its commit.
  git(root, 'reset', '--quiet', '--mixed', 'HEAD~1')
  put('package.json', git(root, 'show', 'HEAD:package.json').concat('\n'))
  expect(() => release({ today: '2026-12-01', sbomOf: fails })).toThrow('npm broke off')
  expect(text('CHANGELOG.md')).toContain('## 0.2.0, 2026-11-30\n')
  const head = commitOf(root, 'HEAD')
  expect(release({ today: '2026-12-01' })).toContain('The commit of 0.2.0 is there already')
  expect(commitOf(root, 'v0.2.0')).toBe(head)
  expect(git(root, 'rev-list', '--count', 'HEAD')).toBe('2')
})

test.each([
  ['a file that is not committed', () => put('stray.txt', ''), 'not committed: stray.txt'],
  ['a file of the release that says something else', () => put('CHANGELOG.md', 'mine'), 'not committed: CHANGELOG.md'],
] as const)('%s stands against a release, and nothing is changed', (_, spoil, words) => {
  spoil()
  const before = [commitOf(root, 'HEAD'), changedFiles(root)]
  expect(() => release()).toThrow(words)
  expect([commitOf(root, 'HEAD'), changedFiles(root)]).toEqual(before)
})

test('the same commit gives the same bytes', () => {
  const sbomOf = () => JSON.stringify({ serialNumber: Math.random(), metadata: { timestamp: Math.random() } })
  release({ sbomOf })
  const first = readFileSync(join(folder, 'SHA256SUMS'), 'utf8')
  git(root, 'tag', '--delete', 'v0.2.0')
  // On a machine with other settings.
  git(root, 'config', 'core.autocrlf', 'true')
  git(root, 'config', 'tar.umask', '0077')
  release({ sbomOf })
  expect(readFileSync(join(folder, 'SHA256SUMS'), 'utf8')).toBe(first)
})

test.each([
  ['To upgrade: stop all processes, and start the new version', true],
  ['To upgrade from a version before 0.2.0, stop all processes first', true],
  ['To upgrade: nothing to do', false],
  ['To upgrade: there is no need to stop all processes', false],
  ['To upgrade: migrate; nobody has to stop all processes', false],
])('whether all processes stop is said by the words "%s"', (words, isAsked) => {
  expect(asksToStopAll(`## Unreleased\n\n${words}.\n`)).toBe(isAsked)
})

test('the paragraph about the upgrade may have a list, and ends before the next paragraph', () => {
  const changelog =
    '# C\n\n## Unreleased\n\nTo upgrade: stop all, after\n\n1. one;\n2. two.\n\nWhat clients change:\n\n- x\n'
  expect(releaseNotes(changelog, '1.0.0', '2026-01-01').toUpgrade).toBe(
    'To upgrade: stop all, after\n\n1. one;\n2. two.',
  )
})

test.each([
  ['no unreleased entry', { 'CHANGELOG.md': '## Unreleased\n\n## 0.1.0\n' }, 'says nothing under "## Unreleased"'],
  ['no head', { 'CHANGELOG.md': '## 0.1.0\n' }, 'has 0 heads "## Unreleased"'],
  ['no word about the upgrade', { 'CHANGELOG.md': '## Unreleased\n\n- A change.\n' }, 'must say once what to do'],
  ['two', { 'CHANGELOG.md': '## Unreleased\n\nTo upgrade: a\n\nTo upgrade: b\n' }, 'must say once what to do'],
  ['an earlier version', { 'package.json': '{ "version": "0.2.0" }' }, '0.2.0 must come after 0.2.0'],
  [
    'a migration that takes away what is used',
    { 'libs/store/migrations/0002_b.sql': 'alter table a drop column b' },
    'Processes of 0.1.0 could not go on:\n0002_b.sql: the column b of a is dropped',
  ],
] as const)('%s stands against a release', (_, spoilt, words) => {
  const formats = { snapshot: 2, queue: 43 }
  const files: Readonly<Record<string, string>> = {
    'package.json': '{ "version": "0.1.0" }',
    'package-lock.json': '{ "packages": {} }',
    'CHANGELOG.md': '## Unreleased\n\nTo upgrade: nothing to do.\n',
    'libs/store/released.json': JSON.stringify({ version: '0.1.0', formats, migrations: { '0001_a.sql': '' } }),
    'libs/store/migrations/0001_a.sql': 'drop table b',
    ...spoilt,
  }
  const committed = { paths: Object.keys(files), read: (path: string) => files[path] ?? '' }
  const plan = () => planRelease(committed, '0.2.0', '2026-11-30', { image: Buffer.from(''), formats })
  expect(plan).toThrow(words)
})
