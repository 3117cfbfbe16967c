import { randomUUID } from 'node:crypto'
import { aborted } from '@assay/errors'
import type { Jobs } from '@assay/jobs'
import type { RoleOutline } from '@assay/mining'
import { asJson, type Fragment, type TenantSql } from '@assay/store'
import { populationQueue } from '../queues.ts'
import { checkRanges, type PopulationRole, type WantedRoles } from './mine-population.ts'

/** A notification of this channel has the id of a mining that has changed. */
export const miningChannel = 'assay_minings'

/** A mining that no caller ended is removed after this many days. */
const keptDays = 2

export interface PopulationOutline
  extends Pick<RoleOutline, 'identityCount' | 'grantCount' | 'tightness' | 'prescribedTightness' | 'rolesTotal'> {
  readonly importId: string
  /** Absent in outlines that an earlier version stored. */
  readonly tightnessCurve?: RoleOutline['tightnessCurve']
}

export interface PopulationSummary {
  readonly roleCount: number
  readonly explainedGrantCount: number
}

/** A mining that this worker has started. */
export interface TakenMining {
  readonly tenantId: number
  readonly id: string
  readonly attempt: number
  readonly basis: string
  readonly wanted: WantedRoles
}

/**
 * Starts the mining of a population and returns its id. Calls with the same request id get the same mining. The mining and its job are
 * written in the caller's transaction.
 * @throws invalid_argument with the name of the setting
 */
export async function startPopulationMining(
  sql: TenantSql,
  jobs: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  { identityKeys, settings }: WantedRoles,
  requestId: string = randomUUID(),
): Promise<string> {
  checkRanges(settings)
  const id = randomUUID()
  const [, [made]] = await Promise.all([
    sql`delete from population_minings where created_at < now() - make_interval(days => ${keptDays})`.execute(),
    sql<{ id: string }[]>`
      insert into population_minings (tenant_id, id, request_id, identity_keys, settings)
      values (${tenantId}, ${id}, ${requestId}, ${identityKeys === undefined ? null : [...identityKeys]}::integer[],
        ${sql.json({ ...settings })})
      on conflict (tenant_id, request_id) do nothing returning id`,
  ])
  if (made !== undefined) {
    await jobs.enqueue(sql, populationQueue, { tenantId, miningId: id }, id)
    return id
  }
  const [known] = await sql<{ id: string }[]>`select id from population_minings where request_id = ${requestId}`
  if (known === undefined) throw aborted('the mining was ended at the same time; try again')
  return known.id
}

/** Stops a mining if it runs, and removes it with its results. It has no effect on a mining that does not exist. */
export async function endPopulationMining(
  sql: TenantSql,
  jobs: Pick<Jobs, 'cancel'>,
  which: { readonly requestId: string } | { readonly id: string },
): Promise<void> {
  const [ended] = await sql<{ id: string }[]>`
    delete from population_minings
    where ${'id' in which ? sql`id = ${which.id}` : sql`request_id = ${which.requestId}`} returning id`
  if (ended === undefined) return
  await jobs.cancel(sql, populationQueue, ended.id)
  await tellChange(sql, ended.id)
}

/** Takes a mining that is running, and counts the attempt; undefined when it has ended or does not exist. */
export async function takeUpMining(sql: TenantSql, tenantId: number, id: string): Promise<TakenMining | undefined> {
  const [row] = await sql<
    { attempt: number; basis: string; identityKeys: number[] | null; settings: WantedRoles['settings'] }[]
  >`
    update population_minings set attempt = attempt + 1 where id = ${id} and state = 'running'
    returning attempt, basis, identity_keys as "identityKeys", settings`
  if (row === undefined) return undefined
  const { attempt, basis, identityKeys, settings } = row
  return { tenantId, id, attempt, basis, wanted: { identityKeys: identityKeys ?? undefined, settings } }
}

/**
 * Begins another generation and removes the results from other data. @throws aborted when another worker has the mining, or a caller ended
 * it
 */
export async function renewMining(sql: TenantSql, taken: TakenMining, basis: string): Promise<void> {
  await write(sql, taken, sql`basis = ${basis}, generation = generation + 1, outline = null, progress = 0`)
  await sql`delete from population_mining_roles where mining_id = ${taken.id}`
}

export async function storeOutline(sql: TenantSql, taken: TakenMining, outline: PopulationOutline): Promise<void> {
  await write(sql, taken, sql`outline = ${asJson(sql, { ...outline })}`)
}

export async function storeProgress(sql: TenantSql, taken: TakenMining, share: number): Promise<void> {
  await write(sql, taken, sql`progress = greatest(progress, ${share})`)
}

/** Stores roles from a number on. Roles that an earlier attempt stored are equal, so they stay. */
export async function storeFoundRoles(
  sql: TenantSql,
  taken: TakenMining,
  first: number,
  roles: readonly PopulationRole[],
): Promise<void> {
  await write(sql, taken, sql`attempt = attempt`)
  await sql`
    insert into population_mining_roles (tenant_id, mining_id, number, role)
    select ${taken.tenantId}, ${taken.id}, ${first} - 1 + place, role
    from unnest(${roles.map((role) => JSON.stringify(role))}::text[]) with ordinality as found (role, place)
    on conflict do nothing`
}

export async function completeMining(sql: TenantSql, taken: TakenMining, summary: PopulationSummary): Promise<void> {
  await write(sql, taken, sql`state = 'completed', progress = 1, summary = ${sql.json({ ...summary })}`)
}

/** Ends a mining that has no result; people see the `message`. */
export async function failMining(sql: TenantSql, taken: TakenMining, message: string): Promise<void> {
  await sql`
    update population_minings set state = 'failed', error_message = ${message}
    where id = ${taken.id} and attempt = ${taken.attempt} and state = 'running'`
  await tellChange(sql, taken.id)
}

async function write(sql: TenantSql, { id, attempt }: TakenMining, change: Fragment): Promise<void> {
  // Both are sent together. A change that is rolled back notifies nobody.
  const [{ count }] = await Promise.all([
    sql`update population_minings set ${change} where id = ${id} and attempt = ${attempt} and state = 'running'`,
    tellChange(sql, id),
  ])
  if (count === 0) throw aborted('the mining was ended, or another worker has it')
}

/** Sent once for each transaction, at its commit. */
async function tellChange(sql: TenantSql, id: string): Promise<void> {
  await sql`select pg_notify(${miningChannel}, ${id})`
}

/** The present state of a mining, with the roles after a number. */
interface MiningPage {
  readonly state: 'running' | 'completed' | 'failed'
  readonly generation: number
  readonly progress: number
  readonly outline: PopulationOutline | null
  readonly summary: PopulationSummary | null
  readonly errorMessage: string
  readonly roles: readonly PopulationRole[]
}

/** The state of a mining and its next roles, after a number; undefined for a mining that a caller ended. */
export async function readMining(
  sql: TenantSql,
  id: string,
  after: number,
  most: number,
): Promise<MiningPage | undefined> {
  const [rows, found] = await Promise.all([
    sql<Omit<MiningPage, 'roles'>[]>`
      select state, generation, progress, outline, summary, error_message as "errorMessage"
      from population_minings where id = ${id} for key share`,
    sql<{ role: string }[]>`
      select role from population_mining_roles where mining_id = ${id} and number > ${after} order by number limit ${most}`,
  ])
  return rows[0] && { ...rows[0], roles: found.map(({ role }) => JSON.parse(role)) }
}
