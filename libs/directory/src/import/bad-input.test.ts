import { gzipSync } from 'node:zlib'
import { DomainError } from '@assay/errors'
import { inTenant, PageTokens } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { commitImport } from './commit-import.ts'
import { abortImport, createImport, getImport, listImports } from './imports.ts'
import { bytesOf, importFiles, smallSet, snapshotByIds } from './testing-imports.ts'
import { uploadImportFile } from './upload-file.ts'

const tokens = new PageTokens(Buffer.alloc(32, 1))
let db: TestDatabase
let tenant: number
beforeAll(async () => {
  db = await createTestDatabase()
  tenant = await db.tenantId()
  await importFiles(db.database.sql, tenant, smallSet)
})
afterAll(() => db.drop())
// An import that a test left open would block the next test.
afterEach(async () => {
  const { imports } = await listImports(db.database.sql, tenant, { pageSize: 1, pageToken: '', tokens })
  if (imports[0]?.state === 'open') await abortImport(db.database.sql, tenant, imports[0].id)
})

/** All access data of a tenant that readers can see. */
async function visible() {
  const view = await snapshotByIds(db.database.sql, tenant)
  const rows = await inTenant(db.database.sql, tenant, async (sql) => ({
    identities: await sql`select * from identities order by key`,
    entitlements: await sql`select * from entitlements order by key`,
    applications: await sql`select * from applications order by key`,
    grants: await sql`select * from grants order by identity_key, entitlement_key`,
    usage: await sql`select * from usage`,
    chunks: await sql`select count(*) from import_file_chunks`,
  }))
  return { importId: view?.importId, held: view?.held, rows }
}

async function failure(work: Promise<unknown>): Promise<DomainError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof DomainError)) throw new Error(`expected a DomainError, got ${error}`)
  return error
}

describe('an import with a fault fails as a whole, says where and why, and changes nothing', () => {
  const bad: readonly [what: string, file: string, content: string | Uint8Array, place: string, reason: string][] = [
    ['a missing column', 'grants.csv', 'identity_id\nu1\n', 'grants.csv:1:1', 'the column "entitlement_id" is missing'],
    [
      'an unknown column',
      'grants.csv',
      'identity_id,entitlement_id,lastused\n',
      'grants.csv:1:28',
      'the column "lastused" is unknown; the columns are identity_id, entitlement_id, application_id, granted_at, last_used_at',
    ],
    ['a column twice', 'identities.csv', 'id,id\n', 'identities.csv:1:4', 'the column "id" occurs a second time'],
    [
      'a column with the name of a built-in attribute',
      'identities.csv',
      'id,manager\n',
      'identities.csv:1:4',
      'the column "manager" has the name of an attribute that Assay makes itself; rename it',
    ],
    [
      'an empty file',
      'applications.csv',
      '',
      'applications.csv:1:1',
      'the file is empty; its first row names the columns',
    ],
    [
      'more than 1,000 columns',
      'identities.csv',
      `id,${Array.from({ length: 1_000 }, (_, i) => `a${i}`).join(',')}\nu1${','.repeat(1_000)}\n`,
      'identities.csv:1:1',
      'a row of more than 1000 fields',
    ],
    [
      'a header with a quote that does not end a field',
      'identities.csv',
      'id,"e"mail\nu1,a@example.org\n',
      'identities.csv:1:7',
      'text after the closing quote of a field',
    ],
    [
      'bad quoting',
      'applications.csv',
      'id,display_name\ngit,"Git" hub\ncrm,CRM\n',
      'applications.csv:2:10',
      'text after the closing quote of a field',
    ],
    [
      'a quote that is never closed',
      'applications.csv',
      'id,display_name\ngit,"Git\ncrm,CRM\n',
      'applications.csv:2:5',
      'a quote is never closed; the rest of the file cannot be read',
    ],
    [
      'a short row',
      'applications.csv',
      'id,display_name\ngit,Git\ncrm\n',
      'applications.csv:3:1',
      'the row has 1 fields, the header 2',
    ],
    [
      'a grant of an unknown entitlement',
      'grants.csv',
      'identity_id,entitlement_id\nu1,nothing\n',
      'grants.csv:2:4',
      'there is no entitlement "nothing"',
    ],
    [
      'a grant of an entitlement that another application has',
      'grants.csv',
      'identity_id,entitlement_id,application_id\nu1,admin,crm\n',
      'grants.csv:2:4',
      'there is no entitlement "admin" in the application "crm"',
    ],
    [
      'a grant of an entitlement id that is in two applications',
      'grants.csv',
      'identity_id,entitlement_id\nu1,read\n',
      'grants.csv:2:4',
      'the entitlement "read" is in several applications; name one in application_id',
    ],
    [
      'a grant to an unknown identity',
      'grants.csv',
      'identity_id,entitlement_id\nu9,export\n',
      'grants.csv:2:1',
      'there is no identity "u9"',
    ],
    [
      'a grant to an identity that this import no longer holds',
      'identities.csv',
      'id\nu1\nu2\ns1\n',
      'grants.csv:6:1',
      'there is no identity "u3"',
    ],
    [
      'invalid UTF-8',
      'identities.csv',
      Buffer.from('id,display_name\nu1,\xc4nne\n', 'latin1'),
      'identities.csv:2:4',
      'byte 0xc4 is not valid UTF-8',
    ],
    [
      'U+0000',
      'identities.csv',
      'id,display_name\nu1,A\u0000\n',
      'identities.csv:2:5',
      'the character U+0000 cannot be stored',
    ],
    [
      'an unknown status',
      'identities.csv',
      'id,status\nu1,active\n',
      'identities.csv:2:4',
      'status: "active" is none of enabled, disabled, deleted',
    ],
    [
      'an unknown type',
      'identities.csv',
      'id,type\nu1,robot\n',
      'identities.csv:2:4',
      'type: "robot" is none of human, service, agent, system',
    ],
    [
      'an identity twice',
      'identities.csv',
      'id\nu1\nu2\nu3\nu4\ns1\nu1\n',
      'identities.csv:7:1',
      'the identity "u1" occurs a second time',
    ],
    ['an identity without id', 'identities.csv', 'id,email\n,a@example.org\n', 'identities.csv:2:1', 'id is empty'],
    [
      'a date that is none',
      'grants.csv',
      'identity_id,entitlement_id,granted_at\nu1,export,31.12.2024\n',
      'grants.csv:2:11',
      'granted_at: "31.12.2024" is neither a date (2025-01-31) nor a time (2025-01-31T12:00:00Z)',
    ],
    [
      'a day that is none',
      'usage.csv',
      'identity_id,application_id,day\nu1,git,today\n',
      'usage.csv:2:8',
      'day: "today" is not a date (2025-01-31)',
    ],
    [
      'a day of usage after tomorrow',
      'usage.csv',
      'identity_id,application_id,day\nu1,git,2025-03-05\nu1,git,2099-01-01\n',
      'usage.csv:3:8',
      `day: "2099-01-01" is in the future; today is ${new Date().toISOString().slice(0, 10)}`,
    ],
    [
      'an entitlement of an unknown application',
      'entitlements.csv',
      'id,application_id\nread,hr\n',
      'entitlements.csv:2:6',
      'there is no application "hr"',
    ],
    [
      'an entitlement of an unknown access profile',
      'access_profile_entitlements.csv',
      'access_profile_id,entitlement_id\np9,export\n',
      'access_profile_entitlements.csv:2:1',
      'there is no access profile "p9"',
    ],
  ]
  test.each(bad)('%s', async (_, file, content, place, reason) => {
    const { sql } = db.database
    const before = await visible()
    const error = await failure(importFiles(sql, tenant, { ...smallSet, [file]: content }))
    expect(error.kind).toBe('invalid_argument')
    expect(error.reason).toBe('IMPORT_INVALID')
    expect(error.violations[0]).toEqual({ field: place, description: reason })
    expect(error.message).toContain(`${place}: ${reason}`)
    const failed = await getImport(sql, tenant, error.metadata.importId!)
    const [name, line, column] = place.split(':')
    expect(failed).toMatchObject({ state: 'failed', errorCount: error.violations.length, errorMessage: error.message })
    expect(failed.errors[0]).toEqual({ file: name, line: Number(line), column: Number(column), reason })
    expect(await visible()).toEqual(before)
  })

  test('missing files', async () => {
    const error = await failure(importFiles(db.database.sql, tenant, { 'applications.csv': 'id\na\n' }))
    expect(error.violations).toEqual([
      { field: 'identities.csv', description: 'the file is missing' },
      { field: 'grants.csv', description: 'the file is missing' },
    ])
  })

  test('a pair file beside other files', async () => {
    const error = await failure(importFiles(db.database.sql, tenant, { ...smallSet, 'pairs.txt': '1 1\n' }))
    expect(error.violations[0]?.description).toBe('an import with pairs.txt has no other file')
  })

  test('the first hundred of many faults in the import, the first twenty in the error, and their number in both', async () => {
    const { sql } = db.database
    const rows = Array.from({ length: 250 }, (_, i) => `x${i},export`).join('\n')
    const error = await failure(
      importFiles(sql, tenant, { ...smallSet, 'grants.csv': `identity_id,entitlement_id\n${rows}\n` }),
    )
    expect(error.violations).toHaveLength(20)
    expect(error.message).toContain('The import has 250 faults.')
    const failed = await getImport(sql, tenant, error.metadata.importId!)
    expect([failed.errors.length, failed.errorCount]).toEqual([100, 250])
  })
})

test('with skipInvalid the rows at fault are left out, the rest is loaded, and the list is the same', async () => {
  const { sql } = db.database
  const own = await db.tenantId()
  const grants =
    'identity_id,entitlement_id,application_id\nu1,export,\nu9,export,\nu2,admin,crm\nu2,"ad"min,git\nu3,admin,git\n'
  const done = await importFiles(sql, own, { ...smallSet, 'grants.csv': grants }, { skipInvalid: true })
  expect(done).toMatchObject({ state: 'committed', errorCount: 3, counts: { grants: 2 } })
  expect(done.errors.map(({ line }) => line)).toEqual([3, 4, 5])
  expect((await snapshotByIds(sql, own))?.held).toMatchObject({ u1: ['crm/export'], u2: [], u3: ['git/admin'] })
})

test('with skipInvalid a missing column is still the end: leaving out rows does not mend it', async () => {
  const files = { ...smallSet, 'grants.csv': 'identity_id\nu1\n' }
  expect((await failure(importFiles(db.database.sql, tenant, files, { skipInvalid: true }))).kind).toBe(
    'invalid_argument',
  )
})

test('a line of 200 MB is refused without holding it in memory', async () => {
  const { sql } = db.database
  const before = await visible()
  const { id } = await createImport(sql, tenant, { createdBy: 'tester', skipInvalid: false })
  const block = Buffer.alloc(1024 * 1024, 'x')
  let peak = 0
  async function* longLine() {
    yield Buffer.from('id,display_name\nu1,')
    for (let i = 0; i < 200; i++) {
      yield block
      peak = Math.max(peak, process.memoryUsage().arrayBuffers)
    }
    yield Buffer.from('\nu2,b\n')
  }
  const start = process.memoryUsage().arrayBuffers
  await uploadImportFile(sql, tenant, id, 'identities.csv', longLine())
  await uploadImportFile(sql, tenant, id, 'grants.csv', bytesOf(smallSet['grants.csv']!))
  const error = await failure(
    commitImport(sql, tenant, id, {
      onProgress: () => {
        peak = Math.max(peak, process.memoryUsage().arrayBuffers)
      },
    }),
  )
  expect(error.violations[0]).toEqual({ field: 'identities.csv:2:1', description: 'a row of more than 1048576 bytes' })
  expect(peak - start).toBeLessThan(150 * 2 ** 20)
  expect(await visible()).toEqual(before)
})

describe('an upload that does not come through leaves nothing', () => {
  test('a stream that breaks off in the middle', async () => {
    const { sql } = db.database
    const { id } = await createImport(sql, tenant, { createdBy: 'tester', skipInvalid: false })
    await uploadImportFile(sql, tenant, id, 'grants.csv', bytesOf(smallSet['grants.csv']!))
    const complete = await getImport(sql, tenant, id)
    async function* cutOff() {
      yield Buffer.alloc(3 * 1024 * 1024, 'identity_id,')
      throw new Error('the client went away')
    }
    for (const name of ['grants.csv', 'identities.csv']) {
      await expect(uploadImportFile(sql, tenant, id, name, cutOff())).rejects.toThrow('the client went away')
    }
    expect(await getImport(sql, tenant, id)).toEqual(complete)
    const { count } = (
      await inTenant(
        sql,
        tenant,
        (scoped) => scoped<{ count: number }[]>`
      select count(*) from import_file_chunks`,
      )
    )[0]!
    expect(count).toBe(1)
  })

  test('gzip that ends too early, is damaged, or is none', async () => {
    const { sql } = db.database
    const { id } = await createImport(sql, tenant, { createdBy: 'tester', skipInvalid: false })
    const whole = gzipSync(Buffer.alloc(100_000, 'abc'))
    const damaged = Buffer.from(whole)
    damaged.fill(0xff, 20, 60)
    for (const bytes of [whole.subarray(0, whole.length - 20), damaged, Buffer.from('id\nu1\n')]) {
      const error = await failure(uploadImportFile(sql, tenant, id, 'identities.csv.gz', bytesOf(bytes)))
      expect(error.kind).toBe('invalid_argument')
      expect(error.violations[0]?.description).toMatch(/^is not whole gzip data: |^is named .gz and is not gzip$/)
    }
    expect((await getImport(sql, tenant, id)).files).toEqual([])
  })

  test('a file larger than the limit', async () => {
    const { sql } = db.database
    const { id } = await createImport(sql, tenant, { createdBy: 'tester', skipInvalid: false })
    const bomb = gzipSync(Buffer.alloc(5_000_000))
    const upload = uploadImportFile(sql, tenant, id, 'grants.csv', bytesOf(bomb), { maxFileBytes: 2_000_000 })
    expect(await failure(upload)).toMatchObject({
      kind: 'resource_exhausted',
      message: 'grants.csv is larger than 2000000 bytes, the limit of a file',
    })
    expect((await getImport(sql, tenant, id)).files).toEqual([])
  })

  test.each([
    ['../people.csv', 'id\n', 'no file of an import has this name'],
    ['../pairs.txt', '1 2\n', 'no file of an import has this name'],
    ['README.txt', 'Export of 1 May.\n', 'its first line is not a pair of whole numbers'],
    ['notes.TXT', '\n \n3 people left\n', 'its first line is not a pair of whole numbers'],
    ['grants.txt', 'u1,read\n', 'its first line is not a pair of whole numbers'],
    ['blank.txt', '\n\n', 'its first line is not a pair of whole numbers'],
    ['empty.txt', '', 'it is empty'],
    ['README.txt.gz', gzipSync('Export of 1 May.\n'), 'its first line is not a pair of whole numbers'],
  ])('a file that is not recognised: %s', async (name, content, why) => {
    const { sql } = db.database
    const { id } = await createImport(sql, tenant, { createdBy: 'tester', skipInvalid: false })
    const error = await failure(uploadImportFile(sql, tenant, id, name, bytesOf(content)))
    expect(error.kind).toBe('invalid_argument')
    expect(error.message).toContain(`${JSON.stringify(name)} is not recognised: ${why}`)
    expect(error.message).toContain('identities.csv, applications.csv, entitlements.csv, grants.csv')
    expect((await getImport(sql, tenant, id)).files).toEqual([])
  })
})

describe('two files of one kind never become one without a word', () => {
  test.each([
    ['erp.txt', '3 20\n', 'crm.txt', '1 10\n', 'pairs.txt'],
    ['pairs.txt', '3 20\n', 'crm.txt', '1 10\n', 'pairs.txt'],
    [
      'grants.csv',
      'identity_id,entitlement_id\n',
      'grants.csv.gz',
      gzipSync('identity_id,entitlement_id\nu1,a\n'),
      'grants.csv',
    ],
  ])('%s %#', async (first, content, second, otherContent, name) => {
    const { sql } = db.database
    const { id } = await createImport(sql, tenant, { createdBy: 'tester', skipInvalid: false })
    const kept = await uploadImportFile(sql, tenant, id, first, bytesOf(content))
    expect(kept.name).toBe(name)
    const error = await failure(uploadImportFile(sql, tenant, id, second, bytesOf(otherContent)))
    expect(error.kind).toBe('invalid_argument')
    expect(error.message).toContain(
      `"${second}" and "${first}" are both taken for ${name}, and an import has one. Join them`,
    )
    expect((await getImport(sql, tenant, id)).files).toEqual([kept])
    // An upload under the same name may replace it, and the same content is not a second file.
    await uploadImportFile(sql, tenant, id, first, bytesOf(otherContent))
    await uploadImportFile(sql, tenant, id, second, bytesOf(otherContent))
  })

  test('a text file of any name is the pair file when its first line is a pair', async () => {
    const done = await importFiles(db.database.sql, await db.tenantId(), {
      'Access of May.txt': '\n  007 10 \r\n8\t10\r\n',
    })
    expect(done).toMatchObject({ counts: { identities: 2, grants: 2 }, files: [{ name: 'pairs.txt' }] })
  })
})

test('a second import at the same time is aborted and names the first', async () => {
  const { sql } = db.database
  const first = await createImport(sql, tenant, { createdBy: 'ada', skipInvalid: false })
  expect(await failure(createImport(sql, tenant, { createdBy: 'grace', skipInvalid: false }))).toMatchObject({
    kind: 'aborted',
    message: `import "${first.id}", created by ada, is still open; commit or abort it before you begin another`,
    metadata: { importId: first.id },
  })
  expect(await abortImport(sql, tenant, first.id)).toMatchObject({ id: first.id, state: 'aborted' })
  expect(await createImport(sql, tenant, { createdBy: 'grace', skipInvalid: false })).toMatchObject({ state: 'open' })
  const upload = uploadImportFile(sql, tenant, first.id, 'grants.csv', bytesOf('x'))
  expect(await failure(upload)).toMatchObject({ kind: 'failed_precondition' })
  expect(await failure(commitImport(sql, tenant, first.id))).toMatchObject({ kind: 'failed_precondition' })
})

test('another tenant sees neither an import nor what it brought', async () => {
  const { sql } = db.database
  const other = await db.tenantId()
  const { id } = await createImport(sql, tenant, { createdBy: 'tester', skipInvalid: false })
  for (const attempt of [
    () => getImport(sql, other, id),
    () => abortImport(sql, other, id),
    () => commitImport(sql, other, id),
    () => uploadImportFile(sql, other, id, 'grants.csv', bytesOf('x')),
  ]) {
    expect(await failure(attempt())).toMatchObject({ kind: 'not_found', message: `import "${id}" does not exist` })
  }
  expect(await snapshotByIds(sql, other)).toBeUndefined()
  await inTenant(sql, other, async (scoped) => {
    for (const table of ['identities', 'entitlements', 'applications', 'grants', 'usage', 'snapshots', 'imports']) {
      expect(await scoped`select from ${scoped(table)}`).toHaveLength(0)
    }
  })
})
