import { commitImport, createImport, uploadImportFile } from '@assay/directory'
import { inTenant, type TenantSql } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { evaluateMembership } from './evaluate-membership.ts'
import { compileMembershipRule } from './membership-rule.ts'
import { previewMembership } from './preview-membership.ts'

const db = await createTestDatabase()
afterAll(() => db.drop())

let tenantId = 0
const tenant = <T>(work: (sql: TenantSql) => Promise<T>): Promise<T> => inTenant(db.database.sql, tenantId, work)

/** Ana is in the team, Bo in the staff that has the team, Cy is assigned the repository, and Di has nothing. */
const files = {
  'identities.csv': 'id,manager_id\nana,bo\nbo,\ncy,di\ndi,\n',
  'entitlements.csv': 'id,application_id\nteam,git\nrepo,git\nstaff,hr\nwiki,wiki\nmail,mail\n',
  'grants.csv': 'identity_id,entitlement_id\nana,team\nbo,staff\ncy,repo\ndi,mail\n',
  // The wiki leads back to the team: a cycle.
  'memberships.csv': 'holder_entitlement_id,entitlement_id\nstaff,team\nteam,repo\nteam,wiki\nwiki,team\n',
}

async function* bytes(text: string) {
  yield Buffer.from(text)
}

beforeAll(async () => {
  tenantId = await db.tenantId()
  const { sql } = db.database
  const { id } = await createImport(sql, tenantId, { createdBy: 'tester', skipInvalid: false })
  for (const [name, text] of Object.entries(files)) {
    await uploadImportFile(sql, tenantId, id, name, bytes(text))
  }
  await commitImport(sql, tenantId, id)
})

const rules: readonly (readonly [expression: string, members: readonly string[]])[] = [
  ['c1.user.v1.HasEntitlement(subject, "git", "repo")', ['ana', 'bo', 'cy']],
  ['c1.user.v1.HasEntitlement(subject, "git", "team")', ['ana', 'bo']],
  ['c1.user.v1.HasEntitlement(subject, "hr", "staff")', ['bo']],
  ['!c1.user.v1.HasEntitlement(subject, "wiki", "wiki")', ['cy', 'di']],
  ['c1.user.v1.HasApp(subject, "git")', ['ana', 'bo', 'cy']],
  ['c1.user.v1.HasApp(subject, "wiki")', ['ana', 'bo']],
  ['c1.directory.users.v1.GetManagers(subject).exists(m, c1.user.v1.HasEntitlement(m, "git", "repo"))', ['ana']],
  ['c1.directory.apps.v1.GetEntitlementMembers("git", "repo").exists(m, m.id == subject.id)', ['ana', 'bo', 'cy']],
]

test('rules can use the access of people, through groups too', async () => {
  const names = await tenant((sql) => sql<{ id: string; key: number }[]>`select id, key from identities`)
  const idOf = new Map(names.map(({ id, key }) => [key, id]))
  const selections = await tenant((sql) =>
    evaluateMembership(
      sql,
      rules.map(([expression]) => compileMembershipRule(expression)),
    ),
  )
  const found = selections.map(({ keys }, rule) => [rules[rule]![0], Array.from(keys, (key) => idOf.get(key))])
  expect(found).toEqual(rules)
})

test('a dry run gives the same result', async () => {
  const preview = await tenant((sql) =>
    previewMembership(sql, { celExpression: 'c1.user.v1.HasEntitlement(subject, "git", "repo")' }),
  )
  expect(preview).toMatchObject({ selected: { count: 3 } })
})
