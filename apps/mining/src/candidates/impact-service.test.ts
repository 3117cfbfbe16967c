import type { CandidateSchema } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import {
  ImpactChange as Change,
  ExportImpactRequest_Format as Format,
  type Impact,
  ImpactMode,
  ImpactService,
} from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { createPolicy, deletePolicy } from '@assay/policies'
import { addProfileMembers, createAccessProfile } from '@assay/profiles'
import { inTenant } from '@assay/store'
import type { Message, MessageInitShape } from '@bufbuild/protobuf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { failureOf, importFiles, startTestService, type TestService } from '../testing-service.ts'
import { impactService } from './impact-service.ts'

type CandidateInit = Exclude<MessageInitShape<typeof CandidateSchema>, Message>

let running: TestService
let tenantId: number
let seed = 7
/** The same numbers in every run. */
const below = (limit: number) => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
  return Math.floor((seed / 2 ** 32) * limit)
}
const some = <T>(items: readonly T[], percent: number) => items.filter(() => below(100) < percent)

const people = Array.from({ length: 60 }, (_, i) => `p${i}`)
const entitlements = Array.from({ length: 24 }, (_, i) => `e${i}`)
const header = 'holder_entitlement_id,holder_application_id,entitlement_id,application_id\n'
const files = () => ({
  'identities.csv': `id,display_name,department,status,type\n${people
    .map(
      (id, i) =>
        `${id},Person ${i},${i % 2 ? 'Sales' : 'Finance'},${i % 9 === 4 ? 'disabled' : 'enabled'},${i % 11 === 5 ? 'service' : 'human'}`,
    )
    .join('\n')}\n`,
  'entitlements.csv': `id,application_id,display_name,privileged,risk_level\n${entitlements
    .map(
      (id, i) => `${id},app,=${id},${i % 5 === 0},${['', 'low', 'High', 'critical', 'odd'][i % 5 === 0 ? 4 : i % 4]}`,
    )
    .join('\n')}\n`,
  // Groups in groups, and a cycle of e20 and e21.
  'memberships.csv': `${header}${['e20,e0', 'e20,e1', 'e20,e21', 'e21,e20', 'e21,e2', 'e22,e20', 'e23,e3', 'e23,e4']
    .map((pair) =>
      pair
        .split(',')
        .map((id) => `${id},app`)
        .join(','),
    )
    .join('\n')}\n`,
  'grants.csv': `identity_id,entitlement_id,application_id,last_used_at\n${people
    .flatMap((id) => some(entitlements, 35).map((e) => `${id},${e},app,${['', '2025-01-05', '2025-09-01'][below(3)]}`))
    .join('\n')}\n`,
})
const named = (ids: readonly string[]) => ids.map((entitlementId) => ({ applicationId: 'app', entitlementId }))

beforeAll(async () => {
  running = await startTestService((router, service) => router.service(ImpactService, impactService(service)))
  tenantId = await running.database.tenantId('sample')
  const { sql } = running.database.database
  await importFiles(sql, tenantId, files())
  for (const displayName of ['One', 'Two', 'Three', 'Four']) {
    await inTenant(sql, tenantId, async (scoped) => {
      const given = named(some(entitlements, 25))
      const { id } = await createAccessProfile(scoped, tenantId, {
        displayName,
        createdBy: 'test',
        entitlements: given,
      })
      await addProfileMembers(scoped, tenantId, id, some(people, 30))
      profiles.push(id)
    })
  }
})
afterAll(() => running?.stop())

const profiles: string[] = []
const impacts = () => running.client(ImpactService, tenantId)

function listed(ids: readonly string[], given: readonly string[]): CandidateInit {
  const rule = { case: 'identities' as const, value: { identityIds: [...ids] } }
  return { source: { case: 'adHoc', value: { entitlements: named(given), rule: { rule } } } }
}

interface Expected {
  readonly id: string
  readonly member: boolean
  readonly gains: number
  readonly held: number
  readonly replaced: number
  readonly losses: number
  readonly unchanged: number
}

/** The slow twin: SQL over the tables that computes what each enabled person holds before and after. */
async function bySql(mode: ImpactMode, members: readonly string[], given: readonly string[], own: readonly string[]) {
  const isReplace = mode === ImpactMode.REPLACE
  return inTenant(
    running.database.database.sql,
    tenantId,
    (sql) => sql<Expected[]>`
    with recursive given (holder, e) as (
      select key, key from entitlements where not deleted
      union select given.holder, m.entitlement_key from given join entitlement_memberships m on m.holder_key = given.e),
    wanted as (select key as e from entitlements where id = any(${[...given]}::text[])),
    member as (select key as i from identities where id = any(${[...members]}::text[])),
    assigned as (select identity_key as i, entitlement_key as e from grants
      where import_id = (select import_id from snapshots)),
    today as (select distinct i, given.e from assigned join given on given.holder = assigned.e),
    roots as (
      select i, e from assigned where not ${isReplace} or e not in (select e from wanted)
      union select i, e from member cross join wanted
      union select m.identity_key, pe.entitlement_key from access_profile_members m
        join access_profile_entitlements pe on pe.profile_id = m.profile_id
        where ${isReplace} and m.profile_id <> all(${[...own]}::uuid[])),
    after as (select distinct i, given.e from roots join given on given.holder = roots.e),
    cell as (
      select identities.id, identities.key as i, e, identities.key in (select i from member) as member,
        (identities.key, e) in (select i, e from today) as before,
        (identities.key, e) in (select i, e from after) as later,
        (identities.key, e) in (select i, e from assigned) as direct
      from identities cross join wanted where status = 'enabled' and type = 'human')
    select id, member, count(*) filter (where member and not before)::integer as gains,
      count(*) filter (where member and before)::integer as held,
      count(*) filter (where ${isReplace} and member and direct)::integer as replaced,
      count(*) filter (where before and not later)::integer as losses,
      count(*) filter (where before and later and not (${isReplace} and member and direct))::integer as unchanged
    from cell group by id, member having bool_or(member or before) order by id`,
  )
}

const sumOf = (rows: readonly Expected[], key: 'gains' | 'held' | 'replaced' | 'losses' | 'unchanged') =>
  BigInt(rows.reduce((sum, row) => sum + row[key], 0))

async function expectEqual(candidate: CandidateInit, mode: ImpactMode, rows: readonly Expected[]): Promise<Impact> {
  const impact = await impacts().computeImpact({ candidate, settings: { mode } })
  const { gains, alreadyHeld, replaced, losses, unchanged, candidate: resolved } = impact
  expect([gains, alreadyHeld, replaced, losses, unchanged].map((count) => count?.count)).toEqual([
    sumOf(rows, 'gains'),
    sumOf(rows, 'held'),
    sumOf(rows, 'replaced'),
    sumOf(rows, 'losses'),
    sumOf(rows, 'unchanged'),
  ])
  expect((gains?.count ?? 0n) + (alreadyHeld?.count ?? 0n)).toBe(
    BigInt((resolved?.peopleCount ?? 0) * (resolved?.entitlementCount ?? 0)),
  )
  const { identities } = await impacts().listImpactIdentities({ candidate, settings: { mode }, pageSize: 100 })
  const plain = identities.map((one) => ({
    id: one.identityId,
    member: one.member,
    gains: one.gainCount,
    held: one.alreadyHeldCount,
    replaced: one.replacedCount,
    losses: one.lossCount,
    unchanged: one.unchangedCount,
  }))
  expect(plain.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([...rows])
  const affected = plain.map((one) => one.gains + one.losses)
  expect(affected).toEqual(affected.toSorted((a, b) => b - a))
  return impact
}

test('the impact of 100 random candidates in both modes equals a difference by SQL, for each person', async () => {
  let lossesSeen = 0n
  for (let i = 0; i < 100; i++) {
    const mode = i % 2 === 0 ? ImpactMode.REPLACE : ImpactMode.ADD
    const members = some(people, 10 + below(50))
    const given = some(entitlements, 5 + below(40))
    if (members.length === 0 || given.length === 0) continue
    const rows = await bySql(mode, members, given, [])
    const { losses } = await expectEqual(listed(members, given), mode, rows)
    lossesSeen += losses?.count ?? 0n
  }
  expect(lossesSeen).toBeGreaterThan(1000n)
})

test('a profile is no other way to its own entitlements, with edits neither', async () => {
  const profile = profiles[0]!
  const { sql } = running.database.database
  const made = await inTenant(
    sql,
    tenantId,
    (scoped) => scoped<{ members: string[]; given: string[] }[]>`
    select array(select i.id from access_profile_members m join identities i on i.key = m.identity_key where m.profile_id = ${profile}) as members,
      array(select e.id from access_profile_entitlements p join entitlements e on e.key = p.entitlement_key where p.profile_id = ${profile}) as given`,
  )
  const { members, given } = made[0]!
  const asItIs: CandidateInit = { source: { case: 'accessProfileId', value: profile } }
  await expectEqual(asItIs, ImpactMode.REPLACE, await bySql(ImpactMode.REPLACE, members, given, [profile]))
  const edited: CandidateInit = {
    ...asItIs,
    edits: { removedEntitlements: named([given[0]!]), addedIdentityIds: ['p1'] },
  }
  const rows = await bySql(ImpactMode.REPLACE, [...members, 'p1'], given.slice(1), [profile!])
  await expectEqual(edited, ImpactMode.REPLACE, rows)
})

const wide = () => listed(people.slice(0, 30), entitlements.slice(0, 12))

test('privileged, risky and unused pairs are those of the data', async () => {
  const settings = { mode: ImpactMode.REPLACE, unusedDays: 30 }
  const impact = await impacts().computeImpact({ candidate: wide(), settings })
  expect(impact.unusedBeforeDay).toBe('2025-08-02')
  const [expected] = await inTenant(
    running.database.database.sql,
    tenantId,
    (sql) => sql<{ privileged: bigint; risky: bigint; unused: bigint }[]>`
    select count(*) filter (where e.privileged) as privileged,
      count(*) filter (where lower(e.risk_level) in ('high', 'critical', 'odd')) as risky,
      count(*) filter (where g.last_used_at < '2025-08-02') as unused
    from grants g join identities i on i.key = g.identity_key join entitlements e on e.key = g.entitlement_key
    where g.import_id = (select import_id from snapshots) and i.status = 'enabled' and i.type = 'human'
      and i.id = any(${people.slice(0, 30)}) and e.id = any(${entitlements.slice(0, 12)})`,
  )
  expect(impact.replaced).toMatchObject({
    privilegedCount: BigInt(expected!.privileged),
    riskyCount: BigInt(expected!.risky),
    unusedCount: BigInt(expected!.unused),
  })
  expect(impact.gains?.unusedCount).toBe(0n)
  expect(impact.services?.memberCount).toBe(3)
  expect(impact.disabled?.memberCount).toBe(3)
})

test('pairs in breach of a separation of duties are those of the data', async () => {
  const { sql } = running.database.database
  const [first, second] = [entitlements.slice(0, 3), entitlements.slice(3, 5)]
  const policy = {
    displayName: 'Apart',
    description: '',
    enabled: true,
    settings: { kind: 'separation_of_duties' as const, severity: 'high' as const },
    first: named(first),
    second: named(second),
    exceptions: [{ identityId: 'p4', reason: '', expiresAt: new Date(Date.now() + 86_400_000) }],
  }
  const { id, etag } = await inTenant(sql, tenantId, (scoped) => createPolicy(scoped, tenantId, 'e-1', policy))
  const settings = { mode: ImpactMode.REPLACE }
  const impact = await impacts().computeImpact({ candidate: wide(), settings })
  const [{ totals }] = [await impacts().batchComputeImpact({ candidates: [wide()], settings })]
  await inTenant(sql, tenantId, (scoped) => deletePolicy(scoped, id, etag))
  const [expected] = await inTenant(
    sql,
    tenantId,
    (scoped) => scoped<{ gains: bigint; held: bigint; assigned: bigint }[]>`
    with recursive given (holder, e) as (
      select key, key from entitlements where not deleted
      union select given.holder, m.entitlement_key from given join entitlement_memberships m on m.holder_key = given.e
    ), person as (
      select i.key, i.id from identities i
      where i.status = 'enabled' and i.type = 'human' and i.id = any(${people.slice(0, 30)}) and i.id <> 'p4'
    ), assigned as (
      select person.key, g.entitlement_key as e from person join grants g on g.identity_key = person.key
        and g.import_id = (select import_id from snapshots)
    ), holds as (
      select distinct assigned.key, e.id, e.key as e from assigned join given on given.holder = assigned.e
        join entitlements e on e.key = given.e
    ), breaks as (
      select key from holds group by key having bool_or(id = any(${first})) and bool_or(id = any(${second}))
    ), apart as (select unnest(${[...first, ...second]}::text[]) as id)
    select
      (select count(*) from person cross join apart where not exists (
        select from holds where holds.key = person.key and holds.id = apart.id)) as gains,
      (select count(*) from breaks join holds using (key) join apart using (id)) as held,
      (select count(*) from breaks join holds using (key) join apart using (id) join assigned using (key, e)) as assigned`,
  )
  expect(impact.gains?.breachingCount).toBe(BigInt(expected!.gains))
  expect(impact.alreadyHeld?.breachingCount).toBe(BigInt(expected!.held))
  expect(impact.replaced?.breachingCount).toBe(BigInt(expected!.assigned))
  expect(BigInt(expected!.gains) > 0n && BigInt(expected!.held) > 0n).toBe(true)
  expect(totals[0]!.gains?.breachingCount).toBe(BigInt(expected!.gains))
})

test('pages of the first answer go on in the lists, each once, and filters narrow them', async () => {
  const settings = { mode: ImpactMode.REPLACE }
  const first = await impacts().computeImpact({ candidate: wide(), settings, pageSize: 7 })
  const ids = first.identities.map(({ identityId }) => identityId)
  let pageToken = first.nextIdentitiesPageToken
  let total = 0
  while (pageToken !== '') {
    const page = await impacts().listImpactIdentities({ candidate: wide(), settings, pageSize: 7, pageToken })
    ids.push(...page.identities.map(({ identityId }) => identityId))
    total = page.totalSize
    pageToken = page.nextPageToken
  }
  expect(ids).toHaveLength(total)
  expect(new Set(ids).size).toBe(total)
  const losing = await impacts().listImpactIdentities({
    candidate: wide(),
    settings,
    changes: [Change.LOSS],
    pageSize: 100,
  })
  expect(losing.totalSize).toBe(first.losingPeople)
  expect(losing.identities.every(({ lossCount, member }) => lossCount > 0 && !member)).toBe(true)
  const filters = [{ attribute: 'department', values: ['Sales'] }]
  const sales = await impacts().listImpactIdentities({ candidate: wide(), settings, filters, pageSize: 100 })
  expect(sales.identities.every(({ identityId }) => Number(identityId.slice(1)) % 2 === 1)).toBe(true)
  const privileged = await impacts().listImpactEntitlements({ candidate: wide(), settings, privilegedOnly: true })
  expect(privileged.entitlements.map(({ entitlementId }) => entitlementId).sort()).toEqual(['e0', 'e10', 'e5'])
})

test('the pairs of people, of entitlements and of the files are the same', async () => {
  const settings = { mode: ImpactMode.REPLACE }
  const request = { candidate: wide(), settings, changes: [Change.GAIN, Change.LOSS] }
  const { identities } = await impacts().listImpactIdentities({ candidate: wide(), settings, pageSize: 100 })
  const pairs = async (subject: object) => {
    const { cells, nextPageToken } = await impacts().listImpactCells({ ...request, ...subject, pageSize: 100 })
    expect(nextPageToken).toBe('')
    return cells.map(({ identityId, entitlementId, change }) => `${identityId} ${entitlementId} ${Change[change]}`)
  }
  const byIdentity: string[] = []
  for (const { identityId } of identities) byIdentity.push(...(await pairs({ identityId })))
  const byEntitlement: string[] = []
  for (const [entitlement] of entitlements.slice(0, 12).map((id) => named([id])))
    byEntitlement.push(...(await pairs({ entitlement })))
  expect(byEntitlement.sort()).toEqual(byIdentity.toSorted())
  const textOf = async (format: Format) => {
    const parts: Uint8Array[] = []
    for await (const { data } of impacts().exportImpact({ candidate: wide(), settings, format })) parts.push(data)
    return Buffer.concat(parts).toString()
  }
  const lines = (await textOf(Format.NDJSON))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(
    lines.map(
      ({ identityId, entitlementId, change }) => `${identityId} ${entitlementId} ${String(change).toUpperCase()}`,
    ),
  ).toEqual(byIdentity)
  const csv = (await textOf(Format.CSV)).trim().split('\r\n')
  expect(csv[0]).toBe(
    'identityId,identityName,applicationId,entitlementId,entitlementName,change,privileged,riskLevel,lastUsedDay',
  )
  expect(csv).toHaveLength(lines.length + 1)
  // The names of the entitlements look like formulas, so the file quotes them.
  expect(csv.slice(1).every((line) => line.includes(",'=e"))).toBe(true)
})

test('two numbers for each of a list of candidates, and a reason where there are none', async () => {
  const candidates: CandidateInit[] = [wide(), { source: { case: 'draftId', value: 'gone' } }, listed(['p1'], ['e1'])]
  const settings = { mode: ImpactMode.REPLACE }
  const { totals } = await impacts().batchComputeImpact({ candidates, settings })
  const whole = await impacts().computeImpact({ candidate: wide(), settings })
  expect([totals[0]!.gains, totals[0]!.losses]).toEqual([whole.gains, whole.losses])
  expect(totals.map(({ errorMessage }) => errorMessage)).toEqual(['', 'draft "gone" does not exist', ''])
  for (const count of [0, 101]) {
    const batch = impacts().batchComputeImpact({ candidates: Array.from({ length: count }, wide) })
    expect(await failureOf(batch)).toContain(`candidates: must be 1 to 100, not ${count}`)
  }
})

test('a page whose profiles have changed since the page before is refused', async () => {
  const settings = { mode: ImpactMode.REPLACE }
  const { nextIdentitiesPageToken: pageToken } = await impacts().computeImpact({
    candidate: wide(),
    settings,
    pageSize: 2,
  })
  const other = impacts().listImpactIdentities({ candidate: wide(), settings: { mode: ImpactMode.ADD }, pageToken })
  expect(await failureOf(other)).toMatch(/^Aborted: the candidate, the access data or the access profiles have changed/)
  const { sql } = running.database.database
  await inTenant(sql, tenantId, (scoped) => addProfileMembers(scoped, tenantId, profiles[1]!, people))
  const later = impacts().listImpactIdentities({ candidate: wide(), settings, pageToken })
  expect(await failureOf(later)).toMatch(/^Aborted/)
})

test.each([
  [
    'an unknown risk level',
    { settings: { riskLevel: 'huge' } },
    'settings.risk_level: "huge" is no risk level; there are low, medium, high, critical',
  ],
  ['too many days', { settings: { unusedDays: 4000 } }, 'settings.unused_days: must be 0 to 3650, not 4000'],
  ['a negative page size', { pageSize: -1 }, 'page_size: must not be negative'],
  ['no candidate', { candidate: undefined }, 'candidate: is required'],
])('%s: a clear answer', async (_, request, message) => {
  expect(await failureOf(impacts().computeImpact({ candidate: wide(), ...request }))).toContain(message)
})

test.each([
  ['neither an identity nor an entitlement', {}, 'identity_id: give either this or an entitlement'],
  ['both', { identityId: 'p1', entitlement: named(['e1'])[0] }, 'give either'],
  ['an unknown identity', { identityId: 'x' }, 'NotFound: identity "x" does not exist'],
  [
    'an entitlement outside the candidate',
    { entitlement: named(['e13'])[0] },
    'is not among the entitlements of the candidate',
  ],
])('pairs of %s: a clear answer', async (_, request, message) => {
  expect(await failureOf(impacts().listImpactCells({ candidate: wide(), ...request }))).toContain(message)
})
