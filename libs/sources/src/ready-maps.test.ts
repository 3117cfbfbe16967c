import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { readyMap, readyMapNames, readyMaps } from './map/ready-maps.ts'
import { bytesFile, filesAt, type Loaded, load, shortGrant } from './testing-load.ts'
import { workbookBytes } from './testing-workbook.ts'
import { zipBytes } from './testing-zip.ts'

const folder = join(import.meta.dirname, '../fixtures')
const names = readdirSync(folder).sort()

const nothing = { memberships: [], orphans: [], faults: [], leftOut: {}, unmapped: [], others: [] }

const expectedOf = (name: string): Partial<Loaded> =>
  JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')) as Partial<Loaded>

const filesOf = async (name: string) =>
  (await filesAt(join(folder, name))).filter((file) => !file.name.endsWith('expected.json'))

const withShortGrants = (loaded: Loaded) => ({ ...loaded, grants: [...new Set(loaded.grants.map(shortGrant))].sort() })

test('every ready map has a fixture and a page', () => {
  expect(
    readyMaps()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(names)
  const pages = readdirSync(join(import.meta.dirname, '../../../docs/import'))
  const others = ['README.md', 'changes.md', 'maps.md', 'readiness.md']
  expect(pages.filter((page) => page.endsWith('.md') && !others.includes(page))).toEqual(
    names.map((name) => `${name}.md`),
  )
})

test('a ready map is in the file of its name', () => {
  expect(readyMaps().map(({ name }) => name)).toEqual(readyMapNames())
  for (const name of readyMapNames()) expect(readyMap(name)?.name).toBe(name)
  expect(readyMap('no such map')).toBeUndefined()
})

test.each(names)('%s: its fixture gives what was written down by hand', async (name) => {
  const loaded = withShortGrants(await load(await filesOf(name)))
  expect(loaded).toMatchObject({ ...nothing, ...expectedOf(name) })
  expect(Object.keys(loaded.sources)).toEqual([name])
})

/** Tables by their columns; other formats have no order of columns. */
const tables = names.filter(
  (name) =>
    readdirSync(join(folder, name)).every((file) => /\.(csv|json)$/.test(file)) &&
    readdirSync(join(folder, name)).some((file) => file.endsWith('.csv')),
)

function shuffled(text: string): string {
  const delimiter = text.includes(';') && !text.split('\n', 1)[0]?.includes(',') ? ';' : ','
  const cells = (line: string) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,;"]*)(?:[,;]|$)/g)].map(([, cell]) => cell ?? '').slice(0, -1)
  const split = (line: string) => (delimiter === ';' || !line.includes('"') ? line.split(delimiter) : cells(line))
  const lines = text
    .replace('\ufeff', '')
    .split(/\r?\n/)
    .filter((line) => line !== '')
  return lines.map((line, row) => [row === 0 ? 'Added' : 'x', ...split(line).toReversed()].join(delimiter)).join('\n')
}

test.each(tables.filter((name) => name !== 'pairs'))(
  '%s is recognised with its columns shuffled, one added, and its files renamed',
  async (name) => {
    const files = await filesOf(name)
    const changed = files.map(({ path = '', name: file }, index) => {
      const text = readFileSync(path, 'utf8')
      return bytesFile(`export (${index}).txt`, file.endsWith('.csv') ? shuffled(text) : text)
    })
    const wanted = expectedOf(name)
    // The import's applications.csv has columns that any table may have, so it is recognised by its name.
    const kept = name === 'native' ? changed.filter((_, index) => files[index]?.name !== 'applications.csv') : changed
    const loaded = withShortGrants(await load(kept))
    expect(Object.keys(loaded.sources)).toEqual([name])
    expect(loaded).toMatchObject({ ...nothing, ...wanted })
  },
)

test.each(tables)('%s is recognised with its files split in two', async (name) => {
  const files = await filesOf(name)
  const documents = files.filter(({ name: file }) => !file.endsWith('.csv'))
  const halves = files.flatMap(({ path = '', name: file }) => {
    if (!file.endsWith('.csv')) return []
    const [header = '', ...rows] = readFileSync(path, 'utf8')
      .split(/\r?\n/)
      .filter((line) => line !== '')
    const half = Math.ceil(rows.length / 2)
    return [rows.slice(0, half), rows.slice(half)].map((part, index) =>
      bytesFile(`${index}/${file}`, `${[header, ...part].join('\n')}\n`),
    )
  })
  expect(withShortGrants(await load([...halves, ...documents]))).toMatchObject({ ...nothing, ...expectedOf(name) })
})

/**
 * Sources that need the name of the file: an application that the data do not name, and tables with columns that any table may
 * have.
 */
const goByName = new Set([
  'bitbucket',
  'c1z',
  'access-document',
  'nested-document',
  'xml-document',
  'casbin-policy',
  'gitlab-members',
  'jira',
  'auth0',
])

test.each(names.filter((name) => !goByName.has(name) && name !== 'native'))(
  '%s is recognised with its files renamed, in a folder and in an archive',
  async (name) => {
    const files = await filesOf(name)
    const renamed = Object.fromEntries(
      files.map(({ path = '', name: file }, index) => [
        // A format that only the name shows keeps its file extension.
        `export ${index}${/\.(ya?ml|toml)$/.exec(file)?.[0] ?? '.dat'}`,
        readFileSync(path),
      ]),
    )
    const loose = Object.entries(renamed).map(([file, bytes]) => bytesFile(`a/${file}`, bytes))
    for (const given of [loose, [bytesFile('all.bin', zipBytes(renamed))]]) {
      const loaded = withShortGrants(await load(given))
      expect(Object.keys(loaded.sources)).toEqual([name])
      expect(loaded).toMatchObject({ ...nothing, ...expectedOf(name) })
    }
  },
)

test.each(tables.filter((name) => name !== 'native' && name !== 'pairs'))(
  '%s is recognised in a workbook, its columns turned and one added',
  async (name) => {
    const sheets: Record<string, string[][]> = {}
    const files = await filesOf(name)
    const documents = files.filter(({ name: file }) => !file.endsWith('.csv'))
    for (const { path = '', name: file } of files) {
      if (!file.endsWith('.csv')) continue
      const text = readFileSync(path, 'utf8').replace('\ufeff', '')
      const delimiter = text.split('\n', 1)[0]?.includes(';') ? ';' : ','
      const rows = parse(text, { delimiter, skip_empty_lines: true, relax_column_count: true }) as string[][]
      sheets[`Sheet${Object.keys(sheets).length + 1}`] = rows.map((cells, row) => [
        row === 0 ? 'Added' : 'x',
        ...cells.toReversed(),
      ])
    }
    const loaded = withShortGrants(await load([bytesFile('book.xlsx', workbookBytes(sheets)), ...documents]))
    expect(Object.keys(loaded.sources)).toEqual([name])
    expect(loaded).toMatchObject({ ...nothing, ...expectedOf(name) })
  },
)

test('a folder with one of each sorts itself out', async () => {
  const files = (
    await Promise.all(
      names.map(async (name) => (await filesOf(name)).map((file) => ({ ...file, name: `${name}/${file.name}` }))),
    )
  ).flat()
  const { sources, unmapped, others, faults } = await load(files)
  expect(Object.keys(sources).sort()).toEqual(names)
  for (const name of names) expect(sources[name]?.every((part) => part.startsWith(`${name}/`))).toBe(true)
  expect([unmapped, others]).toEqual([[], []])
  expect(faults).toEqual([])
})
