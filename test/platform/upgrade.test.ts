import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTenant, migrate } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrationsDirectory } from '../../libs/store/src/migration-files.ts'
import { settled } from './furnished.ts'
import { importFiles, rest, startTestPlatform, type TestPlatform } from './platform.ts'

/**
 * A tenant as the version before rule semantics left it: its schema, people, profiles and the members that the former
 * evaluation made. Then the platform of this version starts on it.
 */
let platform: TestPlatform
let admin: string
let tenantId: number

const rules = {
  unchanged: 'subject.department == "Engineering"',
  // The earlier evaluation left out people without a department.
  wider: 'subject.department != "HR"',
  // The earlier evaluation matched no one, because it read the flag as a part of the pattern.
  flagged: 'subject.department.matches("(?i)^sales$")',
  unreadable: 'subject.department.matches("^Sales(?!x)$")',
  idle: 'subject.department.matches("^Sales(?!x)$")',
  imported: 'subject.department != "HR"',
}
type Name = keyof typeof rules
const ids = Object.fromEntries(Object.keys(rules).map((name) => [name, randomUUID()])) as Record<Name, string>

/** 2 engineers, 2 in sales, 1 in HR, 5 without a department. */
const departments = ['Engineering', 'Engineering', 'Sales', 'Sales', 'HR', '', '', '', '', '']

beforeAll(async () => {
  const database = await createTestDatabase({ migrated: false })
  await migrateBefore(database, 17)
  tenantId = (await createTenant(database.owner.sql, 'local')).tenantId
  ids.imported = importedId('AP1')
  await plantPeople(database)
  await plant(database, 'unchanged', [1, 2])
  await plant(database, 'wider', [1, 2, 3, 4])
  await plant(database, 'flagged', [])
  await plant(database, 'unreadable', [3, 4])
  await plant(database, 'idle', [], { automated: false })
  await plant(database, 'imported', [1, 2, 3, 4], { externalId: 'AP1' })
  await plantSigningKey(database)
  platform = await startTestPlatform(database)
  admin = await platform.token('admin')
  await settled(platform)
})
afterAll(() => platform?.stop())

async function migrateBefore({ ownerUrl }: TestDatabase, number: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'assay-migrations-'))
  try {
    const isBefore = (path: string) =>
      !/\d{4}_\w+\.sql$/.test(path) || Number(/(\d{4})_\w+\.sql$/.exec(path)?.[1]) < number
    await cp(migrationsDirectory, directory, { recursive: true, filter: isBefore })
    await migrate(ownerUrl, { directory })
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** The id that an import makes from the customer's id. */
function importedId(externalId: string): string {
  const bytes = createHash('sha256').update(`access profile\0${tenantId}\0${externalId}`).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/u, '$1-$2-$3-$4-$5')
}

/** An unencrypted key, as versions before migration 0033 stored it. */
async function plantSigningKey({ owner: { sql } }: TestDatabase): Promise<void> {
  const privateKey = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const { d: _, ...publicKey } = privateKey
  await sql`
    select put_signing_key('planted', ${JSON.stringify(publicKey)}::text::jsonb, ${JSON.stringify(privateKey)}::text::jsonb, 0, 60)`
}

async function plantPeople({ owner: { sql } }: TestDatabase): Promise<void> {
  await sql`
    insert into identities (tenant_id, key, id, display_name, department, status, type, name_order, email_order)
    select ${tenantId}, key, 'E' || key, 'Name ' || key, department, 'enabled', 'human', 'name', ''
    from unnest(${departments}::text[]) with ordinality as person (department, key)`
}

async function plant(
  { owner: { sql } }: TestDatabase,
  name: Name,
  members: readonly number[],
  { automated = true, externalId = null }: { automated?: boolean; externalId?: string | null } = {},
): Promise<void> {
  await sql`
    insert into access_profiles (tenant_id, id, external_id, display_name, cel_expression, automation_enabled, created_by,
      name_order, automation_ran_at)
    values (${tenantId}, ${ids[name]}, ${externalId}, ${name}, ${rules[name]}, ${automated}, 'me', ${name}, now())`
  await sql`
    insert into access_profile_members (tenant_id, profile_id, identity_key)
    select ${tenantId}, ${ids[name]}, unnest(${[...members]}::integer[])`
}

const call = (line: string, body?: unknown) => rest(platform.baseUrl, admin, line, body)
const profile = async (name: Name) => (await call(`GET /profiles/v1/accessProfiles/${ids[name]}`)).json
const members = async (name: Name) => {
  const { json } = await call(`GET /profiles/v1/accessProfiles/${ids[name]}/members`)
  const list = (json.members ?? []) as { identityId: string }[]
  return list.map(({ identityId }) => identityId).toSorted()
}
const named = (...keys: readonly number[]) =>
  keys.map((key) => expect.objectContaining({ identityId: `E${key}`, identityDisplayName: `Name ${key}` }))

test('an unencrypted signing key is encrypted, and continues to sign', async () => {
  const keys = await platform.db.owner.sql<{ id: string; content: object }[]>`
    select key_id as id, private_key as content from signing_keys`
  expect(keys).toEqual([{ id: 'planted', content: expect.objectContaining({ ciphertext: expect.any(String) }) }])
  const header = JSON.parse(Buffer.from(admin.split('.')[0] ?? '', 'base64url').toString())
  expect(header).toMatchObject({ kid: 'planted' })
})

test('a rule that selects the same people continues', async () => {
  const { automationPauseTime, automationPauseReason, automationError, etag } = await profile('unchanged')
  expect({ automationPauseTime, automationPauseReason, automationError }).toEqual({
    automationPauseTime: undefined,
    automationPauseReason: 'AUTOMATION_PAUSE_REASON_UNSPECIFIED',
    automationError: '',
  })
  expect(etag).toMatch(/^"[\w-]{22}"$/)
})

test('a rule that selects other people is paused, with the reason and the difference', async () => {
  for (const name of ['wider', 'imported'] as const) {
    expect(await profile(name)).toMatchObject({
      memberCount: 4,
      automationPauseTime: expect.any(String),
      automationPauseReason: 'AUTOMATION_PAUSE_REASON_SEMANTICS_CHANGED',
      automationError: expect.stringContaining('5 would join, and 0 of the 4 that it selected before would leave'),
      automationPauseDifference: {
        memberCount: 4,
        selected: { count: 9, examples: named(1, 2, 3) },
        joining: { count: 5, examples: named(6, 7, 8) },
        leaving: { count: 0 },
      },
    })
  }
  expect(await profile('flagged')).toMatchObject({
    automationPauseReason: 'AUTOMATION_PAUSE_REASON_SEMANTICS_CHANGED',
    automationPauseDifference: { joining: { count: 2, examples: named(3, 4) } },
  })
})

test('a rule that no longer compiles is paused with the place of the fault, and cannot be resumed', async () => {
  const { automationPauseDifference, ...paused } = await profile('unreadable')
  expect(paused).toMatchObject({
    memberCount: 2,
    automationPauseReason: 'AUTOMATION_PAUSE_REASON_RULE_UNREADABLE',
    automationError: expect.stringMatching(/no longer compiles.* line 1, column \d+/),
  })
  expect(automationPauseDifference).toBeUndefined()
  expect(await call(`POST /profiles/v1/accessProfiles/${ids.unreadable}:resume`, {})).toMatchObject({
    status: 400,
    json: { code: 9, message: paused.automationError },
  })
})

test('a rule without automation only reports that it no longer compiles', async () => {
  const { automationPauseTime, automationError } = await profile('idle')
  expect(automationPauseTime).toBeUndefined()
  expect(automationError).toMatch(/no longer compiles/)
})

test('ConductorOne’s call returns that the automation failed, and the reason', async () => {
  const { json } = await call(`GET /api/v1/catalogs/${ids.wider}/bundle_automation`)
  expect(json).toMatchObject({
    state: { status: 'BUNDLE_AUTOMATION_RUN_STATUS_FAILURE', errorMessage: expect.stringContaining('5 would join') },
  })
})

test('an import changes the members of rules that continue, and of no paused profile', async () => {
  const people = departments.map(
    (department, index) => `E${index + 1},Name ${index + 1},${index === 4 ? 'Engineering' : department}`,
  )
  await importFiles(platform.baseUrl, admin, {
    'identities.csv': ['id,display_name,department', ...people].join('\n'),
    'grants.csv': 'identity_id,application_id,entitlement_id\nE1,git,reader\n',
    'access_profiles.csv': `id,display_name,cel_expression\nAP1,imported,"${rules.imported.replaceAll('"', '""')}"\n`,
    'access_profile_entitlements.csv': 'access_profile_id,entitlement_id,application_id\nAP1,reader,git\n',
  })
  await settled(platform)
  expect(await members('unchanged')).toEqual(['E1', 'E2', 'E5'])
  expect(await members('wider')).toEqual(['E1', 'E2', 'E3', 'E4'])
  expect(await members('unreadable')).toEqual(['E3', 'E4'])
  expect(await profile('imported')).toMatchObject({
    memberCount: 4,
    automationPauseReason: 'AUTOMATION_PAUSE_REASON_SEMANTICS_CHANGED',
  })
})

test('a preview shows the present effect of resuming, and resuming has that effect', async () => {
  const previewed = await call('POST /profiles/v1/accessProfiles:previewMembership', { accessProfileId: ids.wider })
  expect(previewed).toMatchObject({
    status: 200,
    json: { memberCount: 4, joining: { count: 6 }, leaving: { count: 0 } },
  })
  expect((await members('wider')).length).toBe(4)
  const resumed = await call(`POST /profiles/v1/accessProfiles/${ids.wider}:resume`, {})
  expect(resumed.json).toMatchObject({
    memberCount: 10,
    automationPauseReason: 'AUTOMATION_PAUSE_REASON_UNSPECIFIED',
    automationError: '',
  })
  expect(resumed.json).not.toHaveProperty('automationPauseDifference')
})

test('an update corrects a rule that no longer compiles, and its response has the result', async () => {
  const { etag } = await profile('unreadable')
  const path = `PATCH /profiles/v1/accessProfiles/${ids.unreadable}`
  const celExpression = 'subject.department.matches("^Sales$")'
  expect(await call(`${path}?updateMask=celExpression`, { celExpression, etag: '"stale"' })).toMatchObject({
    status: 409,
    json: { code: 10, message: expect.stringContaining('was changed since you read it') },
  })
  const updated = await call(`${path}?updateMask=celExpression`, { celExpression, etag, displayName: 'ignored' })
  expect(updated).toMatchObject({
    status: 200,
    json: {
      displayName: 'unreadable',
      memberCount: 2,
      automationPauseReason: 'AUTOMATION_PAUSE_REASON_UNSPECIFIED',
      membershipPreview: { memberCount: 2, selected: { count: 2 }, joining: { count: 0 }, leaving: { count: 0 } },
    },
  })
  expect(await profile('unreadable')).not.toHaveProperty('membershipPreview')
})

test.each([
  ['an unknown path', '?updateMask=shoeSize', { description: 'x' }, /update_mask: .*shoe_size.*display_name/],
  ['a path into a member', '?updateMask=membershipPreview.joining', {}, /update_mask: .*membership_preview\.joining/],
  ['an empty name under *', '?updateMask=*', { description: 'x' }, /display_name: must not be empty/],
  ['an unknown member', '', { shoeSize: 41 }, /shoeSize/],
] as const)('an update with %s is 400, and says what can be changed', async (_, query, body, words) => {
  const before = await profile('unchanged')
  const { status, json } = await call(`PATCH /profiles/v1/accessProfiles/${ids.unchanged}${query}`, body)
  expect([status, JSON.stringify(json)]).toEqual([400, expect.stringMatching(words)])
  expect(await profile('unchanged')).toEqual(before)
})

test('an update without a mask changes members with a value, with * all members, and ignores output-only members', async () => {
  const path = `PATCH /profiles/v1/accessProfiles/${ids.idle}`
  const first = await call(path, { description: 'Told', memberCount: 7, commonAccess: true })
  expect(first.json).toMatchObject({ displayName: 'idle', description: 'Told', memberCount: 0, commonAccess: true })
  const second = await call(`${path}?updateMask=*,memberCount,etag`, { displayName: 'Idle', id: ids.wider })
  expect(second.json).toMatchObject({
    id: ids.idle,
    displayName: 'Idle',
    description: '',
    celExpression: '',
    commonAccess: false,
  })
})
