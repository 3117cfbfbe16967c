import { commitImport, createImport, uploadImportFile } from '@assay/directory'
import { jobs, prepareQueues } from '@assay/jobs'
import { attemptOnce } from '@assay/jobs/testing'
import { isPlaceholder } from '@assay/mining'
import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { queues } from '../queues.ts'
import { SnapshotCache } from '../snapshot-cache.ts'
import type { FindingKind } from './finding-words.ts'
import { comparedFindings } from './readiness-report.ts'
import { getReadiness } from './readiness-reports.ts'
import { readinessWork } from './readiness-work.ts'

const db = await createTestDatabase()
await prepareQueues(db.ownerUrl, queues)
afterAll(() => db.drop())
const { sql } = db.database
const links = {
  none: { count: 17, examples: ['crm ghost'] },
  ambiguous: { count: 0, examples: [] },
  conflict: { count: 1, examples: ['ad x (e1 or e2)'] },
}
const work = readinessWork({ sql, snapshots: new SnapshotCache(sql), linkFindings: async () => links })

async function* bytesOf(text: string) {
  yield Buffer.from(text)
}

async function load(tenantId: number, files: Readonly<Record<string, string>>): Promise<string> {
  const { id } = await createImport(sql, tenantId, { createdBy: 'test', skipInvalid: false })
  for (const [name, text] of Object.entries(files)) await uploadImportFile(sql, tenantId, id, name, bytesOf(text))
  await commitImport(sql, tenantId, id)
  return id
}

const ask = (tenantId: number, importId = '') =>
  inTenant(sql, tenantId, (scoped) => getReadiness(scoped, jobs, tenantId, importId))

/** Does what happens after an import: queues the measurement, then measures. */
async function measured(tenantId: number) {
  const { importId, state } = await ask(tenantId)
  if (state === 'measuring') await attemptOnce(work, { tenantId, importId })
  return ask(tenantId)
}

test('before the first import there is nothing to measure', async () => {
  const tenantId = await db.tenantId()
  await expect(ask(tenantId)).rejects.toThrow('There is no access data to measure yet; commit an import first.')
})

test('each finding has a count, examples by the names of the customer, and advice; the next report is compared with it', async () => {
  const tenantId = await db.tenantId()
  const first = {
    'identities.csv': [
      'id,display_name,email,department,status,type,badge',
      'e1,Ada Byron,ada@example.com,Sales,enabled,human,1',
      'e2,Ben Okri,ADA@example.com ,sales,enabled,human,2',
      'e3,Ada  Byron,-,N/A,enabled,human,3',
      'e4,Dot,-,Sales,disabled,human,4',
      'b1,Ada Byron,,Sales,enabled,service,5',
      '',
    ].join('\n'),
    'entitlements.csv': 'application_id,id,display_name\ngit,read,Read\ngit,write,Write\ngit,admin,Admin\n',
    'grants.csv': [
      'identity_id,application_id,entitlement_id,last_used_at',
      'e1,git,read,2020-01-01T00:00:00Z',
      'e1,git,write,',
      'e2,git,read,2018-01-01T00:00:00Z',
      'e2,git,write,',
      'e4,git,read,',
      'e4,git,write,',
      '',
    ].join('\n'),
  }
  const firstId = await load(tenantId, first)
  expect(await ask(tenantId)).toMatchObject({ state: 'measuring', report: undefined })
  const before = await measured(tenantId)
  expect(before).toMatchObject({ importId: firstId, state: 'measured', previous: undefined })
  const findings = Object.fromEntries(before.report?.findings.map(({ kind, ...found }) => [kind, found]) ?? [])
  expect(findings).toEqual({
    orphans: links.none,
    conflicting_links: links.conflict,
    people_without_access: { count: 1, examples: ['e3 (Ada  Byron)'] },
    disabled_people_with_access: { count: 1, examples: ['e4 (Dot)'] },
    repeated_mail_addresses: { count: 1, examples: ['ada@example.com (2 people)'] },
    placeholders: { count: 1, examples: ['department "N/A"'] },
    spelling_variants: { count: 1, examples: ['department "Sales" and "sales"'] },
    empty_attributes: { count: 4, examples: ['job_title', 'manager', 'employment_type'] },
    nearly_constant_attributes: { count: 1, examples: ['directory_status, nothing is lost by leaving it out'] },
    nearly_unique_attributes: {
      count: 2,
      examples: ['department, nothing is lost by leaving it out', 'badge, nothing is lost by leaving it out'],
    },
    entitlements_held_by_nobody: { count: 1, examples: ['git admin'] },
    entitlements_with_same_holders: { count: 1, examples: ['git read and git write'] },
    old_last_uses: { count: 1, examples: ['1 longer than a year'] },
    days_without_usage: { count: expect.any(Number), examples: ['usage reaches until 2020-01-01'] },
    grants_in_no_cohort: { count: 4, examples: [] },
  } satisfies Partial<Record<FindingKind, unknown>>)
  expect(before.report?.attributes[0]).toEqual({
    attribute: 'department',
    people: 2,
    values: 1,
    peopleInGroups: 0,
    verdict: 'nearly_unique',
    lostGrants: 0,
  })

  const secondId = await load(tenantId, {
    ...first,
    'grants.csv': 'identity_id,application_id,entitlement_id\ne1,git,read\n',
  })
  const after = await measured(tenantId)
  expect(after).toMatchObject({ importId: secondId, previous: { importId: firstId } })
  if (after.report === undefined) throw new Error('nothing was measured')
  const compared = comparedFindings(after.report, after.previous?.report)
  const changes = compared.map(({ kind, before, count, title }) => `${kind}: ${before} -> ${count} ${title}`)
  expect(changes).toEqual(
    expect.arrayContaining([
      'people_without_access: 1 -> 2 people without access',
      'disabled_people_with_access: 1 -> 0 disabled or deleted people with access',
      'entitlements_held_by_one: 0 -> 1 entitlement with only one holder',
      'spelling_variants: 1 -> 1 value that differs from another by case or blanks alone',
    ]),
  )
  expect(compared.every(({ advice }) => advice.endsWith('.'))).toBe(true)

  expect(await ask(tenantId, firstId)).toEqual(before)
  expect(await ask(tenantId, secondId)).toEqual(after)
  await expect(ask(tenantId, '999999')).rejects.toThrow('readiness of import "999999" does not exist')
  await expect(ask(tenantId, 'first')).rejects.toThrow('import "first" does not exist')
})

test('an import that another one replaced before it was measured is forgotten', async () => {
  const tenantId = await db.tenantId()
  const files = { 'identities.csv': 'id\na\n', 'grants.csv': 'identity_id,entitlement_id\na,x\n' }
  const first = await load(tenantId, files)
  await ask(tenantId)
  const second = await load(tenantId, { ...files, 'identities.csv': 'id\na\nb\n' })
  await attemptOnce(work, { tenantId, importId: first })
  expect(await measured(tenantId)).toMatchObject({ importId: second, state: 'measured', previous: undefined })
  const rows = await inTenant(sql, tenantId, (scoped) => scoped`select import_id from readiness_reports`)
  expect(rows.map(({ import_id }) => String(import_id))).toEqual([second])
})

/** Texts of which some fold to the same text. */
const anyText = fc.constantFrom('Ada', 'ada ', 'ADA', 'Zoë', 'Zoe\u0308', 'zoë', 'N/A', 'n/a', '-', 'x', '東京', '')
const anyPerson = fc.record({
  email: anyText,
  name: anyText,
  status: fc.constantFrom('enabled', 'disabled', 'deleted'),
  type: fc.constantFrom('human', 'human', 'service'),
})

test('repeated addresses and names equal those of a plain loop, for any people', async () => {
  const tenantId = await db.tenantId()
  await fc.assert(
    fc.asyncProperty(fc.array(anyPerson, { minLength: 1, maxLength: 12 }), async (people) => {
      const rows = people.map(({ email, name, status, type }, i) => `p${i},${name},${email},${status},${type}`)
      await load(tenantId, {
        'identities.csv': ['id,display_name,email,status,type', ...rows, ''].join('\n'),
        'grants.csv': 'identity_id,entitlement_id\n',
      })
      const { report } = await measured(tenantId)
      const countOf = (kind: FindingKind) => report?.findings.find((one) => one.kind === kind)?.count ?? 0
      const present = people
        .map(({ name, ...one }, i) => ({ ...one, name: name.trim() === '' ? `p${i}` : name }))
        .filter(({ status, type }) => status !== 'deleted' && type === 'human')
      const repeated = (of: (one: (typeof present)[number]) => string) =>
        [...Map.groupBy(present.map(of), (text) => text.normalize('NFC').trim().toLowerCase())].filter(
          ([text, same]) => !isPlaceholder(text) && same.length > 1,
        ).length
      expect(countOf('repeated_mail_addresses')).toBe(repeated(({ email }) => email))
      expect(countOf('repeated_names')).toBe(repeated(({ name }) => name))
    }),
    { numRuns: 12 },
  )
})
