import { expect, test } from 'vitest'
import { sharedFile } from '../../../test/shared-data.ts'
import { filesAt, type Loaded, load, shortGrant } from './testing-load.ts'

const nothing = { memberships: [], orphans: [], faults: [], leftOut: {}, unmapped: [] }
const fourPeople = { enabled: ['u1', 'u2', 'u3', 'u4'] }
const plain = ['default crm', 'default git', 'default vpn']
const sixGrants = ['u1 crm', 'u2 crm', 'u3 git', 'u3 vpn', 'u4 git', 'u4 vpn']

/** Written by hand from the files. */
const expected: Readonly<Record<string, Partial<Loaded>>> = {
  'ad-users-csv': {
    people: { enabled: ['am'], disabled: ['bk'] },
    applications: ['ad'],
    entitlements: ['ad CN=CRM Users,OU=G,DC=x,DC=test', 'ad CN=Mail\\, EU,OU=G,DC=x,DC=test'],
    grants: [
      'am "CN=CRM Users,OU=G,DC=x,DC=test"',
      'am "CN=Mail\\, EU,OU=G,DC=x,DC=test"',
      'bk "CN=CRM Users,OU=G,DC=x,DC=test"',
    ],
  },
  'baton-file': {
    people: { enabled: ['am', 'svc'], disabled: ['bk'] },
    applications: ['baton-file'],
    entitlements: ['baton-file crm:use', 'baton-file sales:member'],
    grants: ['am sales:member', 'bk sales:member', 'svc crm:use'],
    memberships: ['baton-file sales:member -> baton-file crm:use'],
  },
  'baton-grants-json': {
    people: { enabled: ['u1'] },
    entitlements: ['baton group:g1:member'],
    grants: ['u1 group:g1:member'],
  },
  'case-differs': { people: fourPeople, entitlements: plain, grants: sixGrants },
  'duplicate-grants': { people: fourPeople, entitlements: plain, grants: sixGrants },
  'excel-semicolon': { people: fourPeople, entitlements: plain, grants: sixGrants },
  'grants-only': { people: fourPeople, entitlements: plain, grants: sixGrants },
  'identity-atlas': {
    people: { enabled: ['u1'], disabled: ['u2'] },
    applications: ['AD'],
    entitlements: ['AD r1'],
    grants: ['u1 r1', 'u2 r1'],
  },
  'keycloak-realm': {
    people: { enabled: ['am'] },
    applications: ['crm', 'keycloak'],
    entitlements: [
      'crm reader',
      'crm seller',
      'keycloak /sales',
      'keycloak /sales/eu',
      'keycloak boss',
      'keycloak user',
    ],
    grants: ['am /sales/eu', 'am seller', 'am user'],
    memberships: [
      'keycloak /sales -> keycloak user',
      'keycloak /sales/eu -> crm reader',
      'keycloak /sales/eu -> keycloak /sales',
      'keycloak boss -> keycloak user',
    ],
  },
  latin1: { people: fourPeople, entitlements: plain, grants: sixGrants },
  ldif: {
    people: { enabled: ['am', 'bk'] },
    entitlements: ['ldap cn=crm,ou=groups,dc=x,dc=test', 'ldap cn=sales,ou=groups,dc=x,dc=test'],
    grants: ['am "cn=crm,ou=groups,dc=x,dc=test"', 'bk "cn=sales,ou=groups,dc=x,dc=test"'],
    memberships: ['ldap cn=sales,ou=groups,dc=x,dc=test -> ldap cn=crm,ou=groups,dc=x,dc=test'],
  },
  'manager-column': { people: { enabled: ['u1', 'u2'] }, entitlements: ['default crm'], grants: ['u1 crm', 'u2 crm'] },
  'orphan-grants': {
    people: fourPeople,
    entitlements: plain,
    grants: sixGrants,
    orphans: ['svc-backup: unknown, 1 rows', 'u99: unknown, 1 rows'],
  },
  'pairs-with-names': {
    people: { enabled: ['ana@x.test', 'bo@x.test'] },
    entitlements: ['default Approve Loans', 'default Open Account'],
    grants: ['ana@x.test Approve Loans', 'bo@x.test Approve Loans', 'bo@x.test Open Account'],
  },
  'powershell-type-line': {
    people: { enabled: ['u1', 'u2'] },
    entitlements: plain,
    grants: ['u1 crm', 'u1 git', 'u1 vpn', 'u2 crm', 'u2 git', 'u2 vpn'],
  },
  'readme-in-folder': { people: fourPeople, entitlements: plain, grants: sixGrants },
  'sailpoint-flat-file': {
    people: { enabled: ['100', '101'] },
    entitlements: ['sailpoint crm', 'sailpoint mail'],
    grants: ['100 crm', '100 mail', '101 crm'],
  },
  'sap-agr-users': {
    people: { enabled: ['AM', 'BK'] },
    applications: ['sap 100'],
    entitlements: ['sap 100 Z_FI_CLERK'],
    grants: ['AM Z_FI_CLERK'],
    leftOut: { 'it has ended': 1 },
  },
  scim: {
    people: { enabled: ['1'], disabled: ['2'] },
    entitlements: ['scim g1', 'scim g2', 'scim seller'],
    grants: ['1 g1', '1 seller', '2 g2'],
    memberships: ['scim g2 -> scim g1'],
  },
  'status-words': {
    people: { enabled: ['u1', 'u4'], disabled: ['u2', 'u3'] },
    entitlements: plain,
    grants: sixGrants,
  },
  'trailing-columns': { people: fourPeople, entitlements: plain, grants: sixGrants },
  'two-pair-files': {
    people: { enabled: ['1', '2', '3', '4'] },
    entitlements: ['default 10', 'default 11', 'default 20'],
    grants: ['1 10', '1 11', '2 10', '3 20', '4 20'],
  },
  'windows-utf16': { people: fourPeople, entitlements: plain, grants: sixGrants },
}

type Context = Parameters<typeof sharedFile>[0]

const fixture = async (context: Context, name: string, options = {}) =>
  load(await filesAt(sharedFile(context, `field/${name}`)), options)

test.for(Object.entries(expected))('data/field/%s gives what stands in it', async ([name, wanted], context) => {
  const loaded = await fixture(context, name)
  expect({ ...loaded, grants: [...new Set(loaded.grants.map(shortGrant))] }).toMatchObject({ ...nothing, ...wanted })
})

test('names in Windows-1252 are right, and the report names the encoding once', async (context) => {
  const { files, looks } = await fixture(context, 'latin1')
  expect(files['identities.csv']).toContain('u3,Cy Núñez,,,Technik')
  expect(looks.filter((look) => look.includes('Windows-1252'))).toHaveLength(1)
  const asked = await fixture(context, 'latin1', { encoding: 'iso-8859-2' })
  expect(asked.files['identities.csv']).toContain('Cy Núńez')
})

test('a manager by mail address becomes the manager by id', async (context) => {
  expect((await fixture(context, 'manager-column')).files['identities.csv']).toContain(
    'u1,Ana,ana@x.test,,,,,,enabled,human,u2\n',
  )
})

test('cells that are lists stop the load, name the remedy, and are separated by it', async (context) => {
  expect((await fixture(context, 'multi-valued-cell')).faults).toEqual([
    expect.stringMatching(/^grants\.csv:2: 4 cells such as "crm\|mail" look like lists of entitlements; give --split/),
  ])
  const split = await fixture(context, 'multi-valued-cell', { split: '|;,' })
  expect(split).toMatchObject({
    faults: [],
    entitlements: ['default crm', 'default git', 'default mail', 'default vpn'],
  })
  expect(split.grants).toHaveLength(8)
  expect((await fixture(context, 'multi-valued-cell', { split: '' })).faults).toEqual([])
})

test('the manager of Active Directory is found by the name in the DN', async (context) => {
  expect((await fixture(context, 'ad-users-csv')).files['identities.csv']).toMatch(
    /^bk,Bo K,,bk,Sales,Rep,,,disabled,human,am$/m,
  )
})

test('attributes of Keycloak, SCIM, LDIF and baton come along', async (context) => {
  expect((await fixture(context, 'keycloak-realm')).files['identities.csv']).toMatch(/^am,,,am,Sales,/m)
  expect((await fixture(context, 'scim')).files['identities.csv']).toMatch(/^1,Ana M,,am,Sales,,,,enabled,human,2$/m)
  expect((await fixture(context, 'ldif')).files['identities.csv']).toMatch(/^am,Ana Müller,,am,12,/m)
  expect((await fixture(context, 'baton-grants-json')).files['identities.csv']).toMatch(/^u1,Ana,am@x\.test,,Sales,/m)
})

test('people and grants of 25 people with hardly repeated titles are all there', async (context) => {
  const { people, grants, faults } = await fixture(context, 'nearly-unique-titles')
  expect([people.enabled?.length, grants.length, faults]).toEqual([25, 58, []])
})
