import { createSource } from '@assay/source-loads'
import { load, tenant, tenantId, useTenants } from '@assay/source-loads/testing'
import { type PublishedProfile, type Target, targetNamed } from '@assay/targets'
import { expect, test } from 'vitest'
import { type LoadedProfile, systemProfiles } from './system-profiles.ts'

await useTenants()

/** An id of Entra that ends in a number. */
const guid = (number: number) => `0000000${number}-5a5a-4b4b-8c8c-00000000000${number}`
const hr = `Employee ID,Name,Email,Department,Job Title
0001,Ana,ana@example.org,Wards,Nurse
0002,Ben,ben@example.org,Wards,Nurse
0003,Cy,cy@example.org,Wards,Nurse
`
const entraUsers = JSON.stringify({
  value: [
    {
      id: guid(1),
      userPrincipalName: 'ana@example.org',
      mail: 'ana@example.org',
      displayName: 'Ana',
      accountEnabled: true,
    },
    {
      id: guid(2),
      userPrincipalName: 'ana.old@example.org',
      mail: 'ana@example.org',
      displayName: 'Ana',
      accountEnabled: false,
    },
    {
      id: guid(3),
      userPrincipalName: 'ben@example.org',
      mail: 'ben@example.org',
      displayName: 'Ben',
      accountEnabled: true,
    },
  ],
})
const entraGroups = JSON.stringify({
  value: [{ id: guid(7), displayName: 'VPN', members: [{ id: guid(1) }, { id: guid(3) }] }],
})
const target = (id: string) => targetNamed(id) as Target

const person = (id: string) => ({ id, displayName: id, email: '', username: '' })
const [ana, ben, cy] = ['0001', '0002', '0003'].map(person) as [
  ReturnType<typeof person>,
  ReturnType<typeof person>,
  ReturnType<typeof person>,
]
const entitlement = (applicationId: string, id: string) => ({
  applicationId,
  applicationDisplayName: '',
  id,
  displayName: '',
  resourceType: '',
})
const profile = (displayName: string, entitlements: LoadedProfile['entitlements']): LoadedProfile => ({
  id: displayName,
  displayName,
  description: '',
  owner: ana,
  celExpression: '',
  automationEnabled: false,
  createTasks: false,
  commonAccess: false,
  entitlements,
  members: [ana, ben, cy],
})
const vpn = entitlement('entra', guid(7))
const doctor = entitlement('his', 'DOC_PRESC')
const profiles = [profile('Both', [vpn, doctor]), profile('Elsewhere', [doctor]), profile('Empty', [])]

const idsOf = ({ displayName, entitlements, members, owner }: PublishedProfile) =>
  [displayName, ...entitlements.map(({ id }) => id), '|', ...members.map(({ id }) => id), '|', owner?.id].join(' ')

async function loadEntra(source: string) {
  await load('hr', { 'hr.csv': hr })
  await load(source, { 'users.json': entraUsers, 'groups.json': entraGroups }, { definesPeople: false })
}

test('the files for Entra have its groups and the accounts of people in it; the others are counted, with what to do', async () => {
  await loadEntra('azure')
  const { profiles: written, notices } = await tenant((sql) => systemProfiles(sql, target('entra'), '', profiles))
  const members = `| ${guid(1)} ${guid(3)} | ${guid(1)}`
  expect(written.map(idsOf)).toEqual([`Both ${guid(7)} ${members}`, `Empty ${members}`])
  expect(notices).toEqual([
    'Ids are those of the source azure.',
    '1 of 2 entitlements belong to other applications (his) and are not in the files: give them in those applications, or hand the profiles over to a system that connects them.',
    '1 access profile of 3 have nothing else and are not in the files.',
    '1 of 3 members have no account in the source azure and are not in the files: link their accounts, or create them, and hand over again.',
  ])
  const file = target('entra').files(written)[0]
  expect([...(file?.content() ?? [])].join('')).not.toMatch(/DOC_PRESC|"000[123]"/)
})

test('SailPoint and SCIM get the ids of the source that is named, and SCIM keeps the other entitlements as groups', async () => {
  await loadEntra('azure')
  const of = (id: string, source: string) =>
    tenant((sql) => systemProfiles(sql, target(id), source, profiles.slice(0, 1)))
  const members = `| ${guid(1)} ${guid(3)} | ${guid(1)}`
  expect((await of('terraform-sailpoint', 'azure')).profiles.map(idsOf)).toEqual([`Both ${guid(7)} ${members}`])
  expect((await of('terraform-c1', 'azure')).profiles.map(idsOf)).toEqual([`Both ${guid(7)} ${members}`])
  const scim = await of('scim', 'azure')
  expect(scim.profiles.map(idsOf)).toEqual([`Both ${guid(7)} DOC_PRESC ${members}`])
  expect(scim.profiles[0]?.entitlements.map(({ isOwn }) => isOwn)).toEqual([true, false])
  const unnamed = await of('terraform-sailpoint', '')
  expect(unnamed.profiles.map(idsOf)).toEqual([`Both ${guid(7)} DOC_PRESC | 0001 0002 0003 | 0001`])
  expect(unnamed.notices).toEqual([expect.stringContaining('ids are those of the loaded data')])
  await expect(of('scim', 'nowhere')).rejects.toThrow('nowhere')
})

test('of two sources of Entra one has to be named, and a person with two enabled accounts is reported', async () => {
  await loadEntra('azure')
  const second = entraUsers.replace('"accountEnabled":false', '"accountEnabled":true')
  await load('other', { 'users.json': second, 'groups.json': entraGroups }, { definesPeople: false })
  const of = (source: string) => tenant((sql) => systemProfiles(sql, target('entra'), source, profiles))
  await expect(of('')).rejects.toThrow('azure, other')
  const { profiles: written, notices } = await of('other')
  expect(written.map(idsOf)[0]).toBe(`Both ${guid(7)} | ${guid(3)} | `)
  expect(notices).toContain(
    '1 of 3 members have several accounts in the source other and are not in the files: link the account that is meant and disable or unlink the others.',
  )
})

test('a source without a load has no ids: nothing of the loaded data counts as its own', async () => {
  await load('hr', { 'hr.csv': hr })
  await tenant((sql) => createSource(sql, tenantId, 'azure', { definesPeople: false }, 'tester'))
  await expect(tenant((sql) => systemProfiles(sql, target('terraform-c1'), 'azure', profiles))).rejects.toThrow(
    'the source azure has no load in force yet',
  )
})
