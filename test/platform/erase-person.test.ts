import { randomUUID } from 'node:crypto'
import { createApiClient, createSignInLink, ledgerPublicKeys, revokeApiClient } from '@assay/auth'
import {
  CandidateService,
  DecisionService,
  LedgerService,
  PolicyService,
  ProfileService,
  ReviewService,
  RoleMiningManagementService,
  RoleMiningService,
} from '@assay/contracts'
import { Verdict } from '@assay/contracts/assay/review/v1/review_pb'
import { conductorone } from '@assay/dialects'
import { verifyLedger } from '@assay/ledger'
import { createClient } from '@connectrpc/connect'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fetchToken } from '../../apps/assay/src/api-client.ts'
import { erasePerson } from '../../apps/assay/src/commands/people.ts'
import { settled } from './furnished.ts'
import { grpc, importFiles, startTestPlatform, type TestPlatform } from './platform.ts'

const person = {
  id: 'emp-4711',
  name: 'Zoë "Z" Quittenbaum',
  email: 'zoe.quittenbaum@example.com',
  username: 'zquittenbaum',
} as const

let platform: TestPlatform
let tenantId = 0
let admin = ''

beforeAll(async () => {
  platform = await startTestPlatform()
  admin = await platform.token('admin')
  const [tenant] = await platform.db.owner.sql<
    { id: number }[]
  >`select tenant_id as id from tenants where name = 'local'`
  tenantId = tenant!.id
})
afterAll(() => platform?.stop())

/** Thirty people, the first twelve in Sales; the person manages them while present in the data. */
function organisation(isThere: boolean): Record<string, string> {
  const people = Array.from({ length: 30 }, (_, at) => {
    const department = at < 12 ? 'Sales' : at < 22 ? 'Legal' : 'Works'
    const manager = at < 12 && isThere ? person.id : 'e29'
    return `e${at},Person ${at},p${at}@example.com,user${at},${department},${manager},enabled,human`
  })
  if (isThere)
    people.push(
      `${person.id},"${person.name.replaceAll('"', '""')}",${person.email},${person.username},Sales,e29,enabled,human`,
    )
  const grants = Array.from({ length: 12 }, (_, at) =>
    ['crm-read', 'crm-write', 'quotes'].map((one) => `e${at},crm,${one}`),
  )
  if (isThere) grants.push(['crm-read', 'crm-write', 'quotes'].map((one) => `${person.id},crm,${one}`))
  return {
    'identities.csv': `id,display_name,email,username,department,manager_id,status,type\n${people.join('\n')}\n`,
    'applications.csv': 'id,display_name\ncrm,CRM\n',
    'entitlements.csv': 'application_id,id,display_name\ncrm,crm-read,Read\ncrm,crm-write,Write\ncrm,quotes,Quotes\n',
    'grants.csv': `identity_id,application_id,entitlement_id\n${grants.flat().join('\n')}\n`,
  }
}

/** The tables that contain one of the texts, in upper or lower case. */
async function tablesWith(texts: readonly string[]): Promise<string[]> {
  const { sql } = platform.db.owner
  const tables = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'assay' and c.relkind in ('r', 'p') and not c.relispartition order by 1`
  const found: string[] = []
  for (const { name } of tables) {
    for (const text of texts) {
      const rows = await sql<{ row: string }[]>`
        select t::text as row from ${sql(name)} t where strpos(lower(t::text), ${text.toLowerCase()}) > 0 limit 1`
      if (rows.length > 0) found.push(`${name}: ${text} in ${rows[0]?.row.slice(0, 300)}`)
    }
  }
  return found
}

/** Columns that may be left out of the check, each with the reason; all other columns are checked. */
const notOfPeople: Readonly<Record<string, string>> = {
  'accounts.*': 'of the load in force, apart from accounts of the person',
  'applications.*': 'of the load in force',
  'entitlements.*': 'of the load in force',
  'identities.*': 'of the load in force, apart from the person',
  'snapshots.*': 'of the load in force',
  'tenants.*': 'the name of an organisation',
  'snapshot_chunks.*': 'of the load in force',
  'import_files.*': 'names of files',
  'source_files.*': 'names of files',
  'sources.name': 'what commands and pulls call a source by',
  'client_trusts.*': 'what a machine shows; revoked with its client',
  'console_people.mail': 'by which somebody is found who signed in',
  'sign_in_issuers.issuer': 'an address of a provider',
  'sign_in_issuers.groups_claim': 'the name of a claim',
  'sign_in_issuers.identity_claim': 'the name of a claim',
  'ledger_entries.*': 'what is hashed; values of people lie beside it',
}

/** Writes the person's name into all free-text columns of a row of each table. @returns the columns that accepted it */
async function plantedColumns(): Promise<string[]> {
  const { sql } = platform.db.owner
  const columns = await sql<{ table: string; column: string; type: string }[]>`
    select c.relname as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as type
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where n.nspname = 'assay' and c.relkind in ('r', 'p') and not c.relispartition
      and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'tenant_id')
      and format_type(a.atttypid, a.atttypmod) in ('text', 'jsonb', 'text[]')
    order by 1, 2`
  const planted: string[] = []
  for (const { table, column, type } of columns) {
    if (`${table}.*` in notOfPeople || `${table}.${column}` in notOfPeople || isWord.test(column)) continue
    const put =
      type === 'jsonb'
        ? sql`jsonb_build_array(${person.name}::text, ${`by ${person.name}, ${person.email}`}::text)`
        : type === 'text[]'
          ? sql`array[lower(${person.name})]`
          : sql`${`of ${person.name} here`}`
    // A column that accepts only certain words refuses it.
    const { count } = await sql`
      update ${sql(table)} t set ${sql(column)} = ${put} where tenant_id = ${tenantId} and ctid = (
        select ctid from ${sql(table)} where tenant_id = ${tenantId} limit 1)`.catch(() => ({ count: 0 }))
    if (count > 0) planted.push(`${table}.${column}`)
  }
  return planted
}

/** Ids (also of actors), states, digests and words that only the code writes. */
const isWord =
  /(^|_)(by|id|ids|key|keys|kind|state|status|type|role|roles|dialect|reason|rule|process|attribute|attributes|scopes|measure|etag|levels|secret|address|basis|outcome|wanted|tenant|client|field|salt|value|found_by|ready_map|settings|figures|bound|progress|fronts|composed|difference|traits|forms|reading|counts|change_counts|measures|terminal_reason|resource_scope|access_scope|policies|left_out|source_usage|earlier_positions|entitlements|outline|summary|pause_reason|trigger_type|place|places|removal|rule_semantics|public_key|tightness_curve)$/

/** As the identity and, before the issuer named one, by the mail address alone; with access that was given by name. */
async function signsIn(): Promise<void> {
  const { sql } = platform.db.owner
  const mailThere = 'z.quittenbaum@login.example'
  await sql`
    insert into sign_in_issuers (tenant_id, id, display_name, issuer, client_id, groups_claim, contact)
    values (${tenantId}, 'login', 'Login', 'https://login.example', 'assay', 'groups', ${`ask ${person.name}`})`
  await sql`
    insert into console_people (tenant_id, id, issuer_id, subject, display_name, mail, identity_id, groups) values
      (${tenantId}, 'person-1', 'login', '1', 'Quittenbaum, Z.', ${mailThere}, ${person.id}, '{}'),
      (${tenantId}, 'person-2', 'login', '2', 'Quittenbaum', ${person.email}, null, '{}')`
  for (const address of [mailThere, person.email])
    await sql`
      insert into access_of_people (tenant_id, id, issuer_id, kind, value, role)
      values (${tenantId}, ${randomUUID()}, 'login', 'person', ${address}, 'reviewer')`
}

const erase = () => erasePerson(platform.db.owner.sql, tenantId, person.id)

test('a person in the load in force is not erased, and an unknown person is refused', async () => {
  await importFiles(platform.baseUrl, admin, organisation(true))
  await settled(platform)
  await expect(erase()).rejects.toMatchObject({ kind: 'failed_precondition' })
  await expect(erasePerson(platform.db.owner.sql, tenantId, 'nobody')).rejects.toMatchObject({ kind: 'not_found' })
})

test('the database has no trace of an erased person, and the ledger verifies and records the erasure', async () => {
  const client = await createApiClient(platform.db.owner.sql, {
    tenantId,
    dialect: conductorone.clients,
    role: 'admin',
    displayName: person.name,
    identityId: person.id,
    host: '127.0.0.1',
  })
  const transport = grpc(platform.baseUrl, await fetchToken(platform.baseUrl, client))
  const mining = createClient(RoleMiningManagementService, transport)
  const profiles = createClient(ProfileService, transport)
  await mining.triggerAnalysis({})
  await settled(platform)
  const { list } = await mining.listSuggestions({})
  expect(list.length).toBeGreaterThan(0)
  await createClient(DecisionService, transport).dismissSuggestion({
    suggestionId: list[0]?.id ?? '',
    comment: `as ${person.name} said`,
  })
  const profile = { displayName: 'Hers', ownerId: person.id, celExpression: `subject.manager == "${person.id}"` }
  const { id } = await profiles.createAccessProfile({ accessProfile: { displayName: 'Plain', ownerId: person.id } })
  await profiles.createAccessProfile({ accessProfile: profile }).catch(() => {})
  await profiles.addAccessProfileMembers({ accessProfileId: id, identityIds: [person.id, 'e1'] })
  const { id: profileOfReview } = await profiles.createAccessProfile({
    accessProfile: { displayName: `Given to ${person.name}` },
    entitlements: [{ applicationId: 'crm', entitlementId: 'quotes' }],
  })
  await createClient(CandidateService, transport).createDraft({
    candidate: {
      source: { case: 'suggestionId', value: list[0]?.id ?? '' },
      edits: { addedIdentityIds: [person.id] },
    },
    displayName: `${person.name}'s draft`,
  })
  await createClient(PolicyService, transport).createPolicy({
    policy: {
      displayName: `What ${person.name} asked for`,
      description: `by ${person.email}`,
      rule: { case: 'overGrantBudget', value: { mostBasisPoints: 10_000 } },
    },
  })
  const reviews = createClient(ReviewService, transport)
  const review = await reviews.createReview({
    displayName: `What ${person.name} looks at`,
    note: `ask ${person.email}`,
    reviewerIds: [person.id],
    items: [{ candidate: { source: { case: 'accessProfileId', value: profileOfReview } } }],
  })
  const { items } = await reviews.listMyReviewItems({})
  const decision = { verdict: Verdict.REJECTED, comment: `${person.name} says no` }
  await reviews.addReviewComment({ itemId: items[0]?.id ?? '', text: `${person.name} asks why` })
  await reviews.decideReviewItem({ itemId: items[0]?.id ?? '', ...decision })
  await reviews.closeReview({ reviewId: review.id })
  await createSignInLink(platform.db.owner.sql, tenantId, client.clientId)
  await signsIn()
  await platform.db.owner.sql`
    insert into role_health_goals (tenant_id, measure, goal, set_by) values (${tenantId}, 'coverage', 0.5, ${person.id})`
  const sessions = createClient(RoleMiningService, transport)
  const scope = { identityIds: [person.id, ...Array.from({ length: 12 }, (_, at) => `e${at}`)] }
  await sessions.createRoleMiningSessions({ session: { name: 'Hers', scope, minNumIdentitiesInPotentialRole: 2 } })
  await mining.triggerCustomAnalysis({ profileFilters: [{ attribute: 'manager', values: [person.id] }] })
  await settled(platform)
  const faulty = {
    ...organisation(true),
    'grants.csv': `identity_id,application_id,entitlement_id\n${person.id},crm,gone\n`,
  }
  await importFiles(platform.baseUrl, admin, faulty).catch(() => {})
  await settled(platform)
  await importFiles(platform.baseUrl, admin, organisation(false))
  await settled(platform)
  // Tables of earlier runs and loads, even if this organisation has none.
  const former = JSON.stringify([
    { filters: [{ attribute: 'manager', values: [person.id] }], name: `With ${person.name}` },
  ])
  await platform.db.owner.sql`
    insert into run_candidates values (${tenantId}, ${randomUUID()}, ${former}::text::jsonb)`
  await platform.db.owner.sql`
    insert into load_changes values (${tenantId}, 900, 899, ${former}::text::jsonb)`
  for (const [name, address] of [
    ['Candidates', '/candidates'],
    ['Below', `/explore?q=%zz&who=manager%3A${person.id}`],
  ] as const)
    await platform.db.owner.sql`
      insert into saved_views (tenant_id, id, client_id, display_name, address, screen)
      values (${tenantId}, ${randomUUID()}, ${client.clientId}, ${name}, ${address}, split_part(${address}, '?', 1))`
  const planted = await plantedColumns()
  for (const column of [
    'access_profiles.display_name',
    'saved_views.display_name',
    'mining_sessions.name',
    'policies.description',
  ])
    expect(planted).toContain(column)
  const texts = [person.id, person.email, person.username, 'quittenbaum']
  const before = await tablesWith(texts)
  expect(before.length).toBeGreaterThan(8)

  await expect(erase()).rejects.toMatchObject({
    kind: 'failed_precondition',
    message: expect.stringContaining(client.clientId),
  })
  await revokeApiClient(platform.db.owner.sql, tenantId, client.clientId)
  const { values, rows } = await erase()
  expect(values).toBeGreaterThan(5)
  expect(rows).toBeGreaterThan(5)
  expect(await tablesWith(texts)).toEqual([])
  expect(await platform.db.owner.sql`select from sign_in_links where client_id = ${client.clientId}`).toEqual([])

  await expect.poll(async () => (await platform.db.owner.sql`select from ledger_unsealed`).length).toBe(0)
  const keys = await ledgerPublicKeys(platform.db.owner.sql)
  const report = await verifyLedger(platform.db.database.sql, tenantId, { keys })
  expect(report).toMatchObject({ isWhole: true, faults: [], erasedValues: values })
  const ledger = createClient(LedgerService, grpc(platform.baseUrl, admin))
  const { entries } = await ledger.listEntries({ kind: 'suggestion.dismiss' })
  expect(entries[0]).toMatchObject({ comment: '', actor: { id: client.clientId, personId: '' } })
  expect(entries[0]?.erasedFields).toEqual(expect.arrayContaining(['actor', 'comment']))
  expect((await ledger.listEntries({ kind: 'person.erase' })).entries).toHaveLength(1)
})
