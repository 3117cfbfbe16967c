import { listAttributes, listEffectiveGrants } from '@assay/directory'
import { PageTokens } from '@assay/store'
import { expect, test } from 'vitest'
import { listAccounts } from './accounts.ts'
import { listOrphans } from './orphans.ts'
import { listSources } from './sources.ts'
import { importNatively, inForce, load, tenant, tenantId, useTenants } from './testing-tenant.ts'

await useTenants()

const tokens = new PageTokens(Buffer.alloc(32, 1))
const page = { pageSize: 100, pageToken: '', tokens }

const hr = {
  'people.csv': [
    'id,display_name,email,department,status',
    'e1,Ana Ruiz,ana@example.org,Finance,active',
    'e2,Ben Ode,ben@example.org,,active',
    'e3,Cy Lund,cy@example.org,Sales,terminated',
  ].join('\n'),
}

const ad = {
  'ad.csv': [
    'SamAccountName,Name,Mail,Enabled,Department,MemberOf',
    'aruiz,Ana Ruiz,ANA@example.org,True,Money,"CN=vpn,OU=g;CN=fin,OU=g"',
    'bode,Ben Ode,ben@example.org,True,Sales,"CN=vpn,OU=g"',
    'ghost,No One,,True,,"CN=vpn,OU=g"',
  ].join('\n'),
}

test('one source alone is in force as its files say', async () => {
  const loaded = await load('hr', hr)
  expect(loaded).toMatchObject({ state: 'committed', errorMessage: '', counts: { people: 3, grants: 0 } })
  expect((await inForce()).people).toEqual([
    'e1 Ana Ruiz ana@example.org Finance',
    'e2 Ben Ode ben@example.org',
    'e3 Cy Lund cy@example.org Sales disabled',
  ])
})

test('a second source completes the people of the first, and who matches nobody is an orphan', async () => {
  await load('hr', hr)
  const loaded = await load('ad', ad, { definesPeople: false })
  expect(loaded).toMatchObject({ state: 'committed', errorMessage: '' })
  const { people, grants } = await inForce()
  expect(people.map((text) => text.split(' ')[0])).toEqual(['e1', 'e2', 'e3'])
  expect(grants).toEqual(['e1 ad CN=fin,OU=g', 'e1 ad CN=vpn,OU=g', 'e2 ad CN=vpn,OU=g'])
  const { orphans } = await tenant((sql) => listOrphans(sql, tenantId, '', page))
  expect(orphans).toMatchObject([{ source: 'ad', application: 'ad', value: 'ghost', reason: 'none', rowCount: 2 }])
  const { accounts } = await tenant((sql) => listAccounts(sql, tenantId, 'ad', page))
  expect(accounts.map(({ id, identityId, rule }) => `${id} ${identityId} ${rule}`)).toEqual([
    'aruiz e1 email',
    'bode e2 email',
    'ghost undefined ',
  ])
})

test('a text that looks like an escaped zero character is a text', async () => {
  const loaded = await load('hr', {
    'people.csv': 'id,display_name,email,department,status\ne1,CORP\\u0000123,a@example.org,,active\n',
  })
  expect(loaded).toMatchObject({ state: 'committed', faultCount: 0 })
  expect((await inForce()).people).toEqual(['e1 CORP\\u0000123 a@example.org'])
})

test('an entitlement of no application is one, whichever sources grant it', async () => {
  await importNatively({ 'grants.csv': 'identity_id,entitlement_id\nana,crm\n', 'identities.csv': 'id\nana\nben\n' })
  expect(await load('first', { 'pairs.csv': 'user,entitlement\nana,crm\n' })).toMatchObject({ errorMessage: '' })
  expect(await load('second', { 'pairs.csv': 'user,entitlement\nben,crm\n' })).toMatchObject({ errorMessage: '' })
  expect((await inForce()).grants).toEqual(['ana default crm', 'ben default crm'])
})

test('groups of an import and of a source stay in force beside each other', async () => {
  await importNatively({
    'identities.csv': 'id,email\ne1,ana@example.org\n',
    'grants.csv': 'identity_id,application_id,entitlement_id\ne1,hr,staff\n',
    'memberships.csv':
      'holder_application_id,holder_entitlement_id,application_id,entitlement_id\nhr,staff,git,team\ngit,team,git,repo\n',
  })
  const effective = () =>
    tenant(async (sql) => {
      const { grants } = await listEffectiveGrants(sql, { identityId: 'e1', applicationId: '' }, { size: 100 })
      return grants.map(({ applicationId, entitlementId }) => `${applicationId} ${entitlementId}`).sort()
    })
  const before = await effective()
  expect(before).toEqual(['git repo', 'git team', 'hr staff'])
  await load('hr', hr)
  expect(await effective()).toEqual(before)
  await importNatively({
    'identities.csv': 'id,email\ne1,ana@example.org\n',
    'grants.csv': 'identity_id,application_id,entitlement_id\ne1,hr,staff\n',
    'memberships.csv': 'holder_application_id,holder_entitlement_id,application_id,entitlement_id\nhr,staff,git,repo\n',
  })
  expect(await effective()).toEqual(['git repo', 'hr staff'])
})

test('imports are the source native, and stay in force beside another source', async () => {
  const native = {
    'identities.csv': 'id,display_name,email\ne1,Ana Ruiz,ana@example.org\nn1,Native One,\n',
    'grants.csv': 'identity_id,application_id,entitlement_id,last_used_at\ne1,crm,read,2025-01-02\nn1,crm,write,\n',
  }
  const first = await importNatively(native)
  expect(first).toMatchObject({ state: 'committed' })
  const before = await inForce()
  expect((await tenant(listSources)).map(({ name, newestLoad }) => [name, newestLoad?.importId])).toEqual([
    ['native', first.id],
  ])
  await load('hr', hr)
  const after = await inForce()
  expect(after.grants).toEqual(before.grants)
  expect(after.keys).toMatchObject(before.keys)
  expect(Object.keys(after.keys)).toEqual(['e1', 'e2', 'e3', 'n1'])
  await importNatively({
    'identities.csv': 'id,display_name,email\ne1,Ana Ruiz,ana@example.org\n',
    'grants.csv': 'identity_id,application_id,entitlement_id\ne1,crm,export\n',
  })
  const replaced = await inForce()
  expect(replaced.grants).toEqual(['e1 crm export'])
  expect(Object.keys(replaced.keys)).toEqual(['e1', 'e2', 'e3'])
})

test('lists stay lists, whichever source has them and however they are declared', async () => {
  const native = (projects: string) => ({
    'identities.csv': `id,email,projects[],note\ne1,ana@example.org,${projects},a;b\nn1,,Zeus,\n`,
    'grants.csv': 'identity_id,entitlement_id\ne1,read\n',
  })
  const attributes = async () => {
    const rows = await tenant(
      (sql) => sql<{ id: string; attributes: object }[]>`
        select id, attributes from identities where status <> 'deleted' order by id`,
    )
    return Object.fromEntries(rows.map((row) => [row.id, row.attributes]))
  }
  await importNatively(native('Zeus; Apollo'))
  const people = [
    'id,display_name,email,department,projects[|]',
    'e1,Ana,ana@example.org,,Soyuz',
    'e2,Ben,ben@example.org,,Hermes|Apollo',
  ]
  expect(await load('hr', { 'people.csv': people.join('\n') })).toMatchObject({ state: 'committed', errorMessage: '' })
  expect(await attributes()).toEqual({
    e1: { projects: ['Apollo', 'Zeus'], note: 'a;b' },
    e2: { projects: ['Apollo', 'Hermes'] },
    n1: { projects: ['Zeus'] },
  })
  await importNatively(native('Gemini'))
  expect(await attributes()).toMatchObject({ e1: { projects: ['Gemini'] }, e2: { projects: ['Apollo', 'Hermes'] } })
  expect([...(await tenant(listAttributes))]).toEqual(['projects'])
})
