import { accountsInForce, identityRelation, listEffectiveGrants } from '@assay/directory'
import { workbookBytes } from '@assay/sources/testing'
import { PageTokens } from '@assay/store'
import { expect, test } from 'vitest'
import { linkAccount, listAccounts, unlinkAccount } from './accounts.ts'
import { correlationInForce, previewCorrelation } from './correlation-summary.ts'
import { listOrphans } from './orphans.ts'
import { putSourceMap } from './source-maps.ts'
import { sourceNames } from './source-name.ts'
import { createSource, deleteSource } from './sources.ts'
import { compose, importNatively, inForce, load, sql, tenant, tenantId, useTenants } from './testing-tenant.ts'

await useTenants()

const page = { pageSize: 100, pageToken: '', tokens: new PageTokens(Buffer.alloc(32, 1)) }

// A company: HR as a workbook, an export of a directory, an application with other account names, and an import.

const hr = [
  ['Employee ID', 'Name', 'Email', 'Department', 'Job Title'],
  ['0001', 'Ana Ruiz', 'ana@example.org', 'Finance', 'Clerk'],
  ['0002', 'Ben Ode', 'ben@example.org', 'Sales', 'Seller'],
  ['0003', 'Cy Lund', 'cy@example.org', 'Sales', 'Seller'],
]
const ad = [
  'SamAccountName,Name,Mail,Enabled,MemberOf',
  'aruiz,Ana Ruiz,ANA@example.org,True,"CN=vpn,OU=g"',
  'bode,Ben Ode,ben@example.org,True,"CN=vpn,OU=g"',
].join('\n')
const erpMap = `map: 1
name: erp
inputs: {users: {columns: [login, owner_mail, kind, role]}}
accounts:
  - from: users
    application: {text: erp}
    id: login
    type: {column: kind, table: {"": human, robot: service}}
    identity: {column: owner_mail, match: email}
    username: login
grants:
  - from: users
    application: {text: erp}
    holder: {column: login, match: id, among: accounts}
    entitlement: role
`
const erp = [
  'login,owner_mail,kind,role',
  'RUIZ_A,ana@example.org,,clerk',
  'BEN,ben@example.org,,boss',
  'CY,,,clerk',
  'BATCH,ana@example.org,robot,admin',
  'OLD1,gone@example.org,,clerk',
].join('\n')
const native = {
  'identities.csv': 'id,display_name,email\n0001,Ana Ruiz,ana@example.org\n',
  'grants.csv': 'identity_id,application_id,entitlement_id\n0001,legacy,read\n',
}

async function loadCompany() {
  await load('hr', { 'hr.xlsx': workbookBytes({ Staff: hr }) })
  await load('ad', { 'ad.csv': ad }, { definesPeople: false })
  await tenant(async (sql) => {
    await createSource(sql, tenantId, 'erp', {}, 'tester')
    await putSourceMap(sql, tenantId, 'erp', erpMap, 'tester')
  })
  await load('erp', { 'erp.csv': erp })
  await importNatively(native)
}

const orphans = async () => {
  const { orphans: found } = await tenant((sql) => listOrphans(sql, tenantId, '', page))
  return found.map(({ source, value, reason, candidateIds }) => [source, value, reason, ...candidateIds].join(' '))
}

test('four sources make one company: people once, accounts theirs, orphans kept, services apart', async () => {
  await loadCompany()
  const { people, grants } = await inForce()
  expect(people.map((text) => text.split(' ')[0])).toEqual(['0001', '0002', '0003', 'BATCH'])
  expect(people.find((text) => text.startsWith('BATCH'))).toContain('service {"owner": "0001"}')
  expect(grants).toEqual([
    '0001 ad CN=vpn,OU=g',
    '0001 erp clerk',
    '0001 legacy read',
    '0002 ad CN=vpn,OU=g',
    '0002 erp boss',
    'BATCH erp admin',
  ])
  expect(await orphans()).toEqual(['erp CY none', 'erp OLD1 none'])
})

const accountsOfPeople = async () => {
  const rows = await tenant(
    (sql) => sql<{ text: string }[]>`
      select concat_ws(' ', one.id, account.application_id, account.id, nullif(account.name, ''), nullif(account.disabled, false)) as text
      from ${accountsInForce(sql)} account join ${identityRelation(sql)} one on one.key = account.identity_key`,
  )
  return rows.map(({ text }) => text).sort()
}

test('accounts of sources are those in force; where none is, one follows from access; orphans are nobodys', async () => {
  await loadCompany()
  const company = [
    '0001 ad aruiz aruiz',
    '0001 erp RUIZ_A RUIZ_A',
    // The import has no accounts.
    '0001 legacy',
    '0002 ad bode bode',
    '0002 erp BEN BEN',
    'BATCH erp BATCH BATCH',
  ]
  expect(await accountsOfPeople()).toEqual(company)
  const { grants: ofAna } = await tenant((sql) =>
    listEffectiveGrants(sql, { identityId: '0001', applicationId: '' }, { size: 10 }),
  )
  expect(ofAna.map(({ entitlementId, accountIds }) => [entitlementId, ...accountIds].join(' ')).sort()).toEqual([
    'CN=vpn,OU=g aruiz',
    'clerk RUIZ_A',
    'read',
  ])
  const names = await tenant((sql) =>
    sourceNames(
      sql,
      ofAna.flatMap(({ sources }) => sources),
    ),
  )
  expect(
    ofAna
      .map(({ entitlementId, sources }) => [entitlementId, ...sources.map((key) => names.get(key))].join(' '))
      .sort(),
  ).toEqual(['CN=vpn,OU=g ad', 'clerk erp', 'read native'])
  // A second login of one person, a login without access, and a locked one.
  await load('ad', {
    'ad.csv': `${ad.replace('ben@example.org,True', 'ben@example.org,False')}\nadm-ruiz,Ana Ruiz,ana@example.org,True,\nclund,Cy Lund,cy@example.org,True,`,
  })
  expect(await accountsOfPeople()).toEqual([
    '0001 ad adm-ruiz adm-ruiz',
    ...company.slice(0, 3),
    '0002 ad bode bode t',
    '0002 erp BEN BEN',
    '0003 ad clund clund',
    'BATCH erp BATCH BATCH',
  ])
  await tenant((sql) => deleteSource(sql, tenantId, 'ad', { confirm: true }))
  await compose()
  expect(await accountsOfPeople()).toEqual(company.filter((text) => !text.includes(' ad ')))
})

test('a link that somebody makes outranks rules, survives loads, and can be taken back', async () => {
  await loadCompany()
  const cy = { source: 'erp', application: 'erp', id: 'CY' }
  await tenant((sql) => linkAccount(sql, tenantId, cy, '0003', 'boss'))
  const ben = { source: 'erp', application: 'erp', id: 'BEN' }
  await tenant((sql) => linkAccount(sql, tenantId, ben, '0003', 'boss'))
  await compose()
  expect((await inForce()).grants).toContain('0003 erp clerk')
  expect((await inForce()).grants).toContain('0003 erp boss')
  // The rule would assign it to Ben: this is only reported.
  expect(await orphans()).toEqual(['erp OLD1 none', 'erp BEN conflict 0003 0002'])
  await load('erp', { 'erp.csv': erp.replace('boss', 'chief') })
  expect((await inForce()).grants).toContain('0003 erp chief')
  await tenant((sql) => unlinkAccount(sql, tenantId, ben))
  await compose()
  expect((await inForce()).grants).toContain('0002 erp chief')
  const { accounts } = await tenant((sql) => listAccounts(sql, tenantId, 'erp', page))
  expect(accounts.map(({ id, identityId, rule }) => `${id} ${identityId} ${rule}`)).toEqual([
    'RUIZ_A 0001 map',
    'BEN 0002 map',
    'CY 0003 link',
    'BATCH BATCH service',
    'OLD1 undefined ',
  ])
  await expect(tenant((sql) => linkAccount(sql, tenantId, { ...cy, id: 'X' }, '0003', 'boss'))).rejects.toMatchObject({
    kind: 'not_found',
  })
  await expect(tenant((sql) => linkAccount(sql, tenantId, cy, 'nobody', 'boss'))).rejects.toMatchObject({
    kind: 'not_found',
  })
})

test('a preview of correlation counts by rule, tells what would change, and changes nothing', async () => {
  await loadCompany()
  const company = [
    {
      source: 'ad',
      accounts: 2,
      linked: [{ rule: 'email', accounts: 2 }],
      orphans: { none: 0, ambiguous: 0, conflict: 0 },
    },
    {
      source: 'erp',
      accounts: 5,
      linked: [
        { rule: 'map', accounts: 2 },
        { rule: 'service', accounts: 1 },
      ],
      orphans: { none: 2, ambiguous: 0, conflict: 0 },
    },
  ]
  const both = () =>
    Promise.all([tenant((scoped) => correlationInForce(scoped, '')), previewCorrelation(sql, tenantId, '')]).then(
      ([now, rules]) => ({ now, rules }),
    )
  expect(await both()).toEqual({ now: company, rules: { correlations: company, changedCount: 0, changes: [] } })
  // Links that are not yet part of a composition.
  await tenant((sql) => linkAccount(sql, tenantId, { source: 'erp', application: 'erp', id: 'CY' }, '0003', 'boss'))
  await tenant((sql) => linkAccount(sql, tenantId, { source: 'erp', application: 'erp', id: 'BEN' }, '0003', 'boss'))
  const before = await inForce()
  const { now, rules } = await both()
  expect(now).toEqual(company)
  expect(rules.changes).toEqual([
    { source: 'erp', application: 'erp', account: 'BEN', before: '0002', after: '0003', rule: 'link' },
    { source: 'erp', application: 'erp', account: 'CY', before: undefined, after: '0003', rule: 'link' },
  ])
  expect(rules.correlations[1]).toMatchObject({
    linked: [
      { rule: 'link', accounts: 2 },
      { rule: 'map', accounts: 1 },
      { rule: 'service', accounts: 1 },
    ],
    orphans: { none: 1, conflict: 1 },
  })
  expect(await inForce()).toEqual(before)
  expect((await previewCorrelation(sql, tenantId, 'ad')).changedCount).toBe(0)
  await compose()
  expect(await both()).toMatchObject({ now: rules.correlations, rules: { changedCount: 0 } })
  await expect(previewCorrelation(sql, tenantId, 'nobody')).rejects.toMatchObject({ kind: 'not_found' })
  await expect(tenant((sql) => correlationInForce(sql, 'nobody'))).rejects.toMatchObject({ kind: 'not_found' })
  await tenant(
    (sql) => sql`update source_loads set counts = jsonb_set(counts, '{people}', '600000') where state = 'committed'`,
  )
  await expect(previewCorrelation(sql, tenantId, '')).rejects.toMatchObject({ kind: 'failed_precondition' })
})

test('lists and groups in groups of an import stay what they are beside another source', async () => {
  const state = () =>
    tenant(async (sql) => {
      const people = await sql<{ attributes: unknown }[]>`select attributes from identities where id = '0001'`
      const groups = await sql<{ count: number }[]>`select count(*) from entitlement_memberships`
      return { attributes: people[0]?.attributes, groups: Number(groups[0]?.count) }
    })
  await importNatively({
    'identities.csv': 'id,display_name,skills[;]\n0001,Ana Ruiz,chess;go\n',
    'grants.csv': 'identity_id,application_id,entitlement_id\n0001,legacy,team\n',
    'memberships.csv':
      'holder_entitlement_id,holder_application_id,entitlement_id,application_id\nteam,legacy,repo,git\n',
  })
  const before = await state()
  expect(before).toEqual({ attributes: { skills: ['chess', 'go'] }, groups: 1 })
  await load('hr', { 'hr.xlsx': workbookBytes({ Staff: hr }) })
  const after = await state()
  expect(after.attributes).toMatchObject({ skills: ['chess', 'go'] })
  expect(after.groups).toBe(1)
  await importNatively(native)
  expect(await state()).toMatchObject({ groups: 0 })
})

test('a mail address that two people share finds neither: the account is an orphan with both', async () => {
  await load('hr', {
    'hr.xlsx': workbookBytes({ Staff: [...hr, ['0004', 'Ann Other', 'ana@example.org', 'Legal', 'Clerk']] }),
  })
  await load('ad', { 'ad.csv': ad }, { definesPeople: false })
  expect(await orphans()).toEqual(['ad aruiz ambiguous 0001 0004'])
  expect((await inForce()).grants).toEqual(['0002 ad CN=vpn,OU=g'])
})
