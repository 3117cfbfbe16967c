import { commitImport, createImport, uploadImportFile } from '@assay/directory'
import { inTenant } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'
import {
  addProfileMembers,
  applyMembership,
  createAccessProfile,
  importAccessProfiles,
  listAccessProfiles,
  listPendingTasks,
  listProfileMembers,
  updateAccessProfile,
} from './index.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())
const { sql } = db.database

const people = 'id,department,Cost Center\nE1,Engineering,R&D\nE2,Sales,R&D\nE3,Sales,S\n'
const grants = 'identity_id,application_id,entitlement_id\nE1,crm,reader\nE2,crm,admin\nE3,git,reader\n'
const profiles =
  'id,display_name,cel_expression,common_access\n' +
  'AP1,Sellers,"subject.department == ""Sales""",true\n' +
  'AP2,Researchers,"""Cost Center"" in subject.profile && subject.profile[""Cost Center""] == ""R&D""",\n'
const given = 'access_profile_id,entitlement_id,application_id\nAP1,reader,crm\nAP1,admin,crm\nAP2,reader,git\n'

async function load(tenantId: number, files: Readonly<Record<string, string>>): Promise<void> {
  const { id } = await createImport(sql, tenantId, { createdBy: 'test', skipInvalid: false })
  for (const [name, text] of Object.entries(files)) await uploadImportFile(sql, tenantId, id, name, once(text))
  await commitImport(sql, tenantId, id, {
    participants: [
      async (scoped, { accessProfiles }) => {
        if (accessProfiles !== undefined) {
          expect(await importAccessProfiles(scoped, tenantId, accessProfiles)).toEqual([])
        }
      },
    ],
  })
  await applyMembership(sql, tenantId)
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

async function membersByProfile(tenantId: number): Promise<Record<string, string[]>> {
  return inTenant(sql, tenantId, async (scoped) => {
    const members: Record<string, string[]> = {}
    for (const profile of (await listAccessProfiles(scoped, { size: 100 })).profiles) {
      const page = await listProfileMembers(scoped, profile.id, { size: 100 })
      members[profile.displayName] = page.members.map((member) => member.identityId)
    }
    return members
  })
}

test('rules use the access of people, and follow it from import to import', async () => {
  const tenantId = await db.tenantId()
  await load(tenantId, { 'identities.csv': people, 'grants.csv': grants })
  const rules = {
    'any of crm': 'c1.user.v1.HasApp(subject, "crm")',
    'admin of crm': 'c1.user.v1.HasEntitlement(subject, "crm", "admin")',
    'no such entitlement': 'c1.user.v1.HasEntitlement(subject, "git", "admin")',
    'nothing of crm': '!c1.user.v1.HasApp(subject, "crm")',
  }
  await inTenant(sql, tenantId, async (scoped) => {
    for (const [displayName, celExpression] of Object.entries(rules)) {
      const request = { displayName, celExpression, enableAutomation: true, createdBy: 'me', entitlements: [] }
      await createAccessProfile(scoped, tenantId, request)
    }
  })
  expect(await membersByProfile(tenantId)).toEqual({
    'admin of crm': ['E2'],
    'any of crm': ['E1', 'E2'],
    'no such entitlement': [],
    'nothing of crm': ['E3'],
  })

  await load(tenantId, {
    'identities.csv': people,
    'grants.csv': `${grants}E3,crm,admin\n`.replace('E2,crm,admin\n', ''),
  })
  expect(await membersByProfile(tenantId)).toEqual({
    'admin of crm': ['E3'],
    'any of crm': ['E1', 'E3'],
    'no such entitlement': [],
    'nothing of crm': ['E2'],
  })
})

test('profiles of an import get their members, and people who are removed leave them', async () => {
  const tenantId = await db.tenantId()
  const access = { 'access_profiles.csv': profiles, 'access_profile_entitlements.csv': given }
  await load(tenantId, { 'identities.csv': people, 'grants.csv': grants, ...access })
  expect(await membersByProfile(tenantId)).toEqual({ Researchers: ['E1', 'E2'], Sellers: ['E2', 'E3'] })

  const left = people.replace('E2,Sales,R&D\n', '')
  await load(tenantId, {
    'identities.csv': left,
    'grants.csv': grants.replace('E2,crm,admin\n', 'E1,crm,admin\n'),
    ...access,
  })
  expect(await membersByProfile(tenantId)).toEqual({ Researchers: ['E1'], Sellers: ['E3'] })
})

test('members that were added by hand to a profile without a rule stay from import to import', async () => {
  const tenantId = await db.tenantId()
  const access = {
    'access_profiles.csv':
      'id,display_name,cel_expression\nAP1,By hand,\nAP2,Sellers,"subject.department == ""Sales"""\n',
  }
  const files = { 'identities.csv': people, 'grants.csv': grants }
  await load(tenantId, { ...files, ...access })
  await inTenant(sql, tenantId, async (scoped) => {
    const [byHand] = (await listAccessProfiles(scoped, { size: 1 })).profiles
    await addProfileMembers(scoped, tenantId, byHand!.id, ['E1'])
  })
  const changed = access['access_profiles.csv'].replace('Sellers', 'Sales')
  await load(tenantId, { ...files, 'access_profiles.csv': changed })
  expect(await membersByProfile(tenantId)).toEqual({ 'By hand': ['E1'], Sales: ['E2', 'E3'] })
})

test('a profile whose rule an import removes has no members and no tasks of the rule any more', async () => {
  const tenantId = await db.tenantId()
  const files = { 'identities.csv': people, 'grants.csv': grants }
  const header = 'id,display_name,cel_expression\n'
  await load(tenantId, { ...files, 'access_profiles.csv': `${header}AP1,P1,true\nAP2,P2,true\n` })
  await inTenant(sql, tenantId, async (scoped) => {
    const [asked] = (await listAccessProfiles(scoped, { size: 1 })).profiles
    const change = { createTasks: true, celExpression: 'subject.id == "E1"' }
    await updateAccessProfile(scoped, tenantId, asked!.id, change)
    expect((await listPendingTasks(scoped, { size: 9 })).tasks).toHaveLength(2)
  })
  await load(tenantId, { ...files, 'access_profiles.csv': `${header}AP1,P1,\nAP2,P2,\n` })
  expect(await membersByProfile(tenantId)).toEqual({ P1: [], P2: [] })
  expect((await inTenant(sql, tenantId, (scoped) => listPendingTasks(scoped, { size: 9 }))).tasks).toEqual([])
})
