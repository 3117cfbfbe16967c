import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { zstdCompressSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { expect, test } from 'vitest'
import { connectorDatabase, connectorFileBytes } from './testing-connector-file.ts'
import { databaseBytes } from './testing-database.ts'
import { bytesFile, filesAt, load, shortGrant } from './testing-load.ts'
import { zipBytes } from './testing-zip.ts'

const people = 'create table people (id text, display_name text, department text, born date)'
const grants = 'create table access (identity_id integer, entitlement_id text, application_id text)'

test('tables of an SQLite database are read, ids beyond the precision of doubles included', async () => {
  const bytes = databaseBytes(
    people,
    grants,
    "insert into people values ('9007199254740993', 'Ana', 'Sales', null), ('007', 'Bo', 'IT', null)",
    "insert into access values (9007199254740993, 'crm', 'c'), (9007199254740993, x'676974', 'c')",
    'create table notes (x)',
  )
  const loaded = await load([bytesFile('access.db', bytes)])
  expect(loaded).toMatchObject({
    sources: { native: ['access.db[people]', 'access.db[access]'] },
    people: { enabled: ['007', '9007199254740993'] },
    grants: ['9007199254740993,crm,c,,', '9007199254740993,git,c,,'],
    unmapped: ['access.db[notes]'],
    faults: [],
  })
})

test('views, virtual tables, generated columns and triggers of a database run nothing', async () => {
  const bytes = databaseBytes(
    grants,
    "insert into access values (1, 'crm', 'c')",
    'create view everything as with recursive n(i) as (select 1 union all select i + 1 from n) select i as identity_id, i as entitlement_id from n',
    'create virtual table found using fts5(identity_id, entitlement_id)',
    'create table more (identity_id text, entitlement_id text, application_id text as (zeroblob(900000000)))',
    "insert into more (identity_id, entitlement_id) values (2, 'git')",
    'create trigger t after insert on access begin select zeroblob(900000000); end',
  )
  const loaded = await load([bytesFile('access.db', bytes)])
  expect(loaded.grants).toEqual(['1,crm,c,,', '2,git,default,,'])
  expect(loaded.faults).toEqual([])
})

test('a database that was copied in the middle of a change is told, one that keeps an empty journal is read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-journal-'))
  try {
    const path = join(folder, 'access.db')
    await writeFile(path, databaseBytes(grants, "insert into access values (1, 'crm', 'c')"))
    await writeFile(`${path}-journal`, Buffer.from([0xd9, 0xd5, 0x05, 0xf9]))
    const [file] = await filesAt(path)
    expect((await load([file!])).faults).toEqual([expect.stringMatching(/access\.db-journal has what it was before/)])
    await writeFile(`${path}-journal`, Buffer.alloc(28))
    expect((await load([file!])).grants).toEqual(['1,crm,c,,'])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('a table with the name of something else, and columns with quotes, are read as they are called', async () => {
  const bytes = databaseBytes(
    'create table "access""; drop table x; --" (identity_id, entitlement_id, "a""b" text)',
    `insert into "access""; drop table x; --" values ('u1', 'crm', 'x')`,
  )
  expect((await load([bytesFile('a.db', bytes)])).grants).toEqual(['u1,crm,default,,'])
})

test('a value that is too long, and a damaged page, are told with the table and the row', async () => {
  const long = databaseBytes(grants, "insert into access values (1, 'a', 'c'), (2, hex(zeroblob(100000)), 'c')")
  expect((await load([bytesFile('a.db', long)], { limits: { recordLength: 1000 } })).faults).toEqual([
    expect.stringMatching(/^a\.db\[access\]:1: the next row has a value that is too long/),
  ])
  const rows = Array.from({ length: 3000 }, (_, index) => `(${index}, 'entitlement ${index % 7}', 'c')`).join(', ')
  const damaged = databaseBytes(grants, `insert into access values ${rows}`).slice()
  damaged.fill(0xff, 4096 * 5, 4096 * 6)
  const loaded = await load([bytesFile('a.db', damaged)])
  expect(loaded.isFatal).toBe(true)
  expect(loaded.faults).toEqual([expect.stringMatching(/^a\.db\[access\]:\d+: is a damaged SQLite database/)])
})

test('a database whose newest rows stand in its log is refused, and nothing is written beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-sources-test-'))
  const path = join(folder, 'access.db')
  const writer = new DatabaseSync(path)
  try {
    writer.exec(`pragma journal_mode = wal; ${grants}; insert into access values (1, 'crm', 'c')`)
    const [file] = (await filesAt(path)).slice(0, 1)
    if (file === undefined) throw new Error('no file')
    expect((await load([file])).faults).toEqual([
      expect.stringMatching(/changes that stand beside it in access\.db-wal/),
    ])
    writer.close()
    expect((await load([file])).grants).toEqual(['1,crm,c,,'])
    expect(existsSync(`${path}-shm`)).toBe(false)
  } finally {
    if (writer.isOpen) writer.close()
    await rm(folder, { recursive: true, force: true })
  }
})

const connector = {
  people: { enabled: ['bot:u1', 'u1'], disabled: ['u2'] },
  memberships: ['okta group:g1:member -> okta role:r1:assigned'],
  leftOut: { 'grant is inherited through a group': 1 },
  faults: [],
}

test.each([
  ['of today', connectorFileBytes(), 'okta.c1z'],
  ['of older connectors', connectorFileBytes({ isOld: true }), 'okta.c1z'],
  ['without its packing', Buffer.from(connectorDatabase()), 'okta.db'],
  ['in a folder that names it', connectorFileBytes(), 'okta/sync.c1z'],
  ['under another name', zipBytes({ 'okta.c1z': connectorFileBytes() }), 'x.zip'],
])('a .c1z file %s gives the newest whole sync, and what is inherited is left out', async (_, bytes, name) => {
  const loaded = await load([bytesFile(name, bytes)])
  expect(loaded).toMatchObject(connector)
  expect(loaded.grants.map(shortGrant)).toEqual([
    'bot:u1 role:r1:assigned',
    'u1 group:g1:member',
    'u1 role:r1:assigned',
    'u2 group:g1:member',
  ])
})

test('two .c1z files with the same ids are two applications', async () => {
  const files = ['okta/sync.c1z', 'github/sync.c1z'].map((name) => bytesFile(name, connectorFileBytes()))
  const loaded = await load(files)
  expect(loaded.applications).toEqual(['github', 'okta'])
  expect(loaded.faults).toEqual([])
  expect(loaded.grants).toHaveLength(8)
})

test('the sync before is taken when the newest has not ended; without any the remedy is told', async () => {
  const before = await load([bytesFile('a.c1z', connectorFileBytes({ hasNoEnd: true }))])
  expect(before.people).toEqual({ enabled: ['u9'] })
  const database = connectorDatabase()
  const path = join(await mkdtemp(join(tmpdir(), 'assay-sources-test-')), 'x.db')
  await writeFile(path, database)
  const edited = new DatabaseSync(path)
  edited.exec("delete from v1_sync_runs where sync_type = 'full'")
  const bytes = Buffer.concat([Buffer.from('C1ZF\0'), zstdCompressSync(edited.serialize())])
  edited.close()
  expect((await load([bytesFile('a.c1z', bytes)])).faults).toEqual([
    'a.c1z: holds parts of a sync only; run the connector to its end and take that file',
  ])
})

test('a .c1z file of the newer kind says what to run', async () => {
  expect((await load([bytesFile('a.c1z', 'C1Z3\0\0\0\0\x05abcde')])).others).toEqual([
    expect.stringContaining('--storage-engine sqlite'),
  ])
})

function parquetBytes(rows: number, rowGroupSize: number, codec: 'SNAPPY' | 'UNCOMPRESSED' = 'SNAPPY'): Uint8Array {
  const numbers = Array.from({ length: rows }, (_, index) => index)
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'identity_id', data: numbers.map((each) => BigInt(each % 1000)), type: 'INT64' },
      { name: 'entitlement_id', data: numbers.map((each) => `e${each % 37}`), type: 'STRING' },
      { name: 'granted_at', data: numbers.map(() => new Date('2024-05-01T10:00:00Z')), type: 'TIMESTAMP' },
      {
        name: 'last_used_at',
        data: numbers.map((each) => (each % 2 === 0 ? null : new Date('2024-05-02T00:00:00Z'))),
        type: 'TIMESTAMP',
        nullable: true,
      },
    ],
    rowGroupSize,
    codec,
  })
  return new Uint8Array(buffer)
}

test('a Parquet file is read by row groups, with its dates and empty cells', async () => {
  const loaded = await load([bytesFile('grants.parquet', parquetBytes(24_000, 14_000))])
  expect(loaded.sources).toEqual({ native: ['grants.parquet'] })
  expect(loaded.faults).toEqual([])
  expect(loaded.grants).toHaveLength(24_000)
  expect(loaded.grants).toContain('0,e0,default,2024-05-01T10:00:00Z,')
  expect(loaded.grants).toContain('1,e1,default,2024-05-01T10:00:00Z,2024-05-02T00:00:00Z')
})

test('a Parquet file that is cut off, or asks for more memory than it may, is told with the remedy', async () => {
  const bytes = parquetBytes(2000, 1000)
  expect((await load([bytesFile('g.parquet', bytes.subarray(0, 9000))])).faults).toEqual([
    expect.stringMatching(/^g\.parquet: cannot be read as Parquet \(.*write it again/),
  ])
  const small = await load([bytesFile('g.parquet', bytes)], { limits: { parquetPieceBytes: 1000 } })
  expect(small.faults).toEqual([expect.stringMatching(/write smaller row groups/)])
})
