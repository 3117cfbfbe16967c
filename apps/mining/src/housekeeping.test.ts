import { randomBytes, randomUUID } from 'node:crypto'
import { removeExpiredSignIns } from '@assay/auth'
import { type Database, ensureLogins, loginUrl, openDatabase, removeAgedRows, type ServiceLogin } from '@assay/store'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseWorkerConfig } from './config.ts'
import { agedByWorker } from './housekeeping.ts'

const db = await createTestDatabase()
const { sql } = db.owner
const retention = parseWorkerConfig({ DATABASE_URL: 'postgres://x@127.0.0.1/x' })
let worker: Database
let login: ServiceLogin

beforeAll(async () => {
  login = { name: `assay_test_${randomBytes(4).toString('hex')}`, password: 'only here', services: ['mining-worker'] }
  await ensureLogins(sql, [login])
  worker = openDatabase({ url: loginUrl(db.ownerUrl, login), service: 'mining-worker', applicationName: 'assay-test' })
})
afterAll(async () => {
  await worker.close()
  await sql.unsafe(`drop role ${login.name}`)
  await db.drop()
})

async function tidy(options: Parameters<typeof removeAgedRows>[2] = {}, rules = agedByWorker(retention)) {
  const removed: string[] = []
  const onRemoved = (table: string, rows: number) => removed.push(`${table} ${rows}`)
  await removeAgedRows(worker.sql, rules, { onRemoved, ...options })
  return removed
}

const days = (age: number) => sql`now() - make_interval(days => ${age})`

/** Outcomes of finished tasks, created so many days ago. */
async function outcomes(tenantId: number, count: number, age: number): Promise<void> {
  await sql`
    insert into finished_tasks (tenant_id, kind, launched_by, outcome, created_at)
    select ${tenantId}, 'drift.measure', 'E1', '{}', ${days(age)} from generate_series(1, ${count})`
}

test('with the rights of a mining worker, what is old enough goes and what is in use stays', async () => {
  const tenantId = await db.tenantId()
  await sql`
    insert into imports (tenant_id, state, skip_invalid, created_by, created_at)
    select ${tenantId}, state, false, name, now() - make_interval(days => age) from (values ('young', 'committed', 364),
      ('gone', 'committed', 366), ('failed', 'failed', 366), ('of a load', 'committed', 366),
      ('reported', 'committed', 366), ('open', 'open', 366)) one (name, state, age)`
  const importOf = (name: string) =>
    sql`(select id from imports where tenant_id = ${tenantId} and created_by = ${name})`
  await sql`insert into readiness_reports (tenant_id, import_id) values (${tenantId}, ${importOf('reported')})`
  await sql`insert into sources (tenant_id, name, position, created_by) values (${tenantId}, 'crm', 1, 'me')`
  const source = sql`(select id from sources where tenant_id = ${tenantId})`
  await sql`
    insert into source_loads (tenant_id, source_id, state, created_by, created_at, import_id)
    select ${tenantId}, ${source}, state, name, now() - make_interval(days => age), case name when 'in force' then ${importOf('of a load')} end
    from (values ('in force', 'committed', 400), ('gone', 'committed', 366), ('young', 'failed', 10), ('built on', 'committed', 400),
      ('with grants', 'committed', 400), ('with people', 'committed', 400)) one (name, state, age)`
  const loadOf = (name: string) =>
    sql`(select id from source_loads where tenant_id = ${tenantId} and created_by = ${name})`
  await sql`update sources set load_id = ${loadOf('in force')} where tenant_id = ${tenantId}`
  await sql`update source_loads set base_load_id = ${loadOf('built on')} where tenant_id = ${tenantId} and created_by = 'in force'`
  await sql`
    insert into source_grants (tenant_id, load_id, ordinal, form, holder, application, entitlement)
    values (${tenantId}, ${loadOf('with grants')}, 1, 0, 'a', 'b', 'c')`
  await sql`insert into source_people (tenant_id, load_id, ordinal, id, record) values (${tenantId}, ${loadOf('with people')}, 1, 'a', '{}')`
  await sql`
    insert into role_mining_runs (tenant_id, id, status, trigger_type, trigger_detail, created_at)
    select ${tenantId}, gen_random_uuid(), 'completed', 'manual', detail, now() - make_interval(days => age)
    from (values ('newest', 366), ('gone', 367), ('comparable', 368)) one (detail, age)`
  await sql`
    insert into run_candidates (tenant_id, run_id, candidates)
    select tenant_id, id, '[]' from role_mining_runs where tenant_id = ${tenantId} and trigger_detail = 'comparable'`
  await outcomes(tenantId, 1, 29)
  await outcomes(tenantId, 2, 31)

  const other = await db.tenantId()
  const ofOther = `source_grants_of_${other + 1_000_000}`
  await sql.unsafe(`create table ${ofOther} (like source_grants including defaults)`)
  await sql.unsafe(`alter table source_grants attach partition ${ofOther} for values in (${other + 1_000_000})`)
  const removed = await sql.begin(async (holder) => {
    // Partitions of other loads are not read, so a lock on them does not block.
    await holder.unsafe(`lock table ${ofOther} in access exclusive mode`)
    return tidy()
  })
  await sql.unsafe(`drop table ${ofOther}`)
  expect(removed.sort()).toEqual(['finished_tasks 2', 'imports 2', 'role_mining_runs 1', 'source_loads 1'])
  const names = async (table: string, column: string) =>
    (
      await sql<
        { name: string }[]
      >`select ${sql(column)} as name from ${sql(table)} where tenant_id = ${tenantId} order by 1`
    ).map(({ name }) => name)
  expect(await names('imports', 'created_by')).toEqual(['of a load', 'open', 'reported', 'young'])
  expect(await names('source_loads', 'created_by')).toEqual([
    'built on',
    'in force',
    'with grants',
    'with people',
    'young',
  ])
  expect(await names('role_mining_runs', 'trigger_detail')).toEqual(['comparable', 'newest'])
  expect(await tidy()).toEqual([])
})

test('an old dismissal goes, and its suggestion with it; younger ones, those with a later end and accepted ones stay', async () => {
  const tenantId = await db.tenantId()
  const runId = randomUUID()
  await sql`
    insert into role_mining_runs (tenant_id, id, status, trigger_type, trigger_detail)
    values (${tenantId}, ${runId}, 'completed', 'manual', '')`
  await sql`
    insert into role_mining_suggestions (tenant_id, id, run_id, state, suggested_name, description, search_text, cohort_filters,
      cohort_size, entitlements, users_with_all, avg_coverage, confidence, insights, profile_matches, left_out, updated_at)
    select ${tenantId}, gen_random_uuid(), ${runId}, state, name, '', '', '[]', 1, '[]', 1, 1, 1, '[]', '[]', '[]', ${days(1)} - interval '1' day * age
    from (values ('old', 'dismissed', 1095), ('young', 'dismissed', 1093), ('until later', 'dismissed', 2000),
      ('taken', 'accepted', 2000), ('proposed', 'new', 2000)) one (name, state, age)`
  await sql`
    insert into suggestion_dismissals (tenant_id, suggestion_id, entry_id, decided_at, ends_at, reason, people, entitlement_keys)
    select tenant_id, id, gen_random_uuid(), updated_at, case suggested_name when 'until later' then now() + interval '1 day' end,
      'no_role', '{}', '{}' from role_mining_suggestions
    where tenant_id = ${tenantId} and state = 'dismissed'`
  expect(await tidy({}, agedByWorker({ ...retention, retainDismissalsDays: 0 }))).toEqual([])
  expect(await tidy()).toEqual(['suggestion_dismissals 1', 'role_mining_suggestions 1'])
  const left =
    await sql`select suggested_name as name from role_mining_suggestions where tenant_id = ${tenantId} order by 1`
  expect(left.map(({ name }) => name)).toEqual(['proposed', 'taken', 'until later', 'young'])
})

test('tenants take turns, piece by piece; 0 days keep everything, and a stop leaves the rest for the next time', async () => {
  const [large, small] = [await db.tenantId(), await db.tenantId()]
  await outcomes(large, 5, 31)
  await outcomes(small, 1, 31)
  const forEver = { ...retention, retainTaskOutcomesDays: 0 }
  expect(await tidy({}, agedByWorker(forEver))).toEqual([])
  const stop = new AbortController()
  const stopped = tidy({ most: 2, signal: stop.signal, onRemoved: () => stop.abort(new Error('the process stops')) })
  await expect(stopped).rejects.toThrow('the process stops')
  // Not five of one tenant and then one of the other.
  expect(await tidy({ most: 2 })).toEqual(['finished_tasks 2', 'finished_tasks 1', 'finished_tasks 1'])
})

test('what was good for a time that is over goes, of tenants too that nobody uses', async () => {
  const tenantId = await db.tenantId()
  await sql`insert into used_sign_ins (tenant_id, state_hash, forget_at)
    select ${tenantId}, sha256(convert_to(n::text, 'UTF8')), now() - n * interval '1 hour' from generate_series(-1, 3) n where n <> 0`
  await sql`insert into call_counts (key, points, expire, tenant_id)
    values ('old', 1, 1, ${tenantId}), ('now', 1, extract(epoch from now()) * 1000, ${tenantId})`
  const removed: string[] = []
  await removeExpiredSignIns(worker.sql, { most: 2, onRemoved: (table, rows) => removed.push(`${table} ${rows}`) })
  expect(removed).toEqual(['used_sign_ins 2', 'call_counts 1', 'used_sign_ins 1'])
})
