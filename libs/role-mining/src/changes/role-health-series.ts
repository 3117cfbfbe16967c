import { invalidArgument } from '@assay/errors'
import { canonicalJson, recordEntry } from '@assay/ledger'
import type { RoleHealth } from '@assay/mining'
import { asJson, type TenantSql } from '@assay/store'

/** The health of the accepted profiles at a load. */
export interface HealthPoint {
  readonly importId: string
  readonly measuredAt: Date
  readonly measures: RoleHealth & { readonly orphanRows: number }
}

/** Each tenant stores this number of the newest points: some years of daily loads. */
const keptPoints = 2000

/**
 * Stores the health. When there are accepted profiles and the health differs from the previous one, it also records an entry of the ledger:
 * their drift.
 */
export async function storeHealth(
  sql: TenantSql,
  tenantId: number,
  importId: string,
  measures: HealthPoint['measures'],
): Promise<void> {
  const [before] = (await listHealth(sql, { size: 1 })).points
  await sql`
    insert into role_health (tenant_id, import_id, measures)
    values (${tenantId}, ${importId}::integer, ${asJson(sql, measures)})
    on conflict (tenant_id, import_id) do update set measures = excluded.measures, measured_at = now()`
  await sql`
    delete from role_health
    where import_id not in (select import_id from role_health order by import_id desc limit ${keptPoints})`
  const hasRoles = measures.roles > 0 || (before?.measures.roles ?? 0) > 0
  if (!hasRoles || (before !== undefined && canonicalJson(before.measures) === canonicalJson(measures))) return
  await recordEntry(sql, {
    kind: 'drift.measure',
    subject: { type: 'import', id: importId },
    facts: { ...measures, missedGoals: missedGoals(await healthGoals(sql), measures) },
    load: Number(importId),
  })
}

function missedGoals(goals: HealthGoals, measures: HealthPoint['measures']): GoalMeasure[] {
  return (Object.keys(goalMeasures) as GoalMeasure[]).filter((measure) => {
    const goal = goals[measure]
    if (goal === undefined) return false
    return goalMeasures[measure] ? measures[measure] < goal : measures[measure] > goal
  })
}

/** The position at which a page of the series ends. */
export type HealthPosition = readonly [importId: number]

/** Newest first. */
export async function listHealth(
  sql: TenantSql,
  page: { readonly size: number; readonly after?: HealthPosition | undefined },
): Promise<{ readonly points: readonly HealthPoint[]; readonly last: HealthPosition | undefined }> {
  const rows = await sql<{ importId: number; measuredAt: Date; measures: HealthPoint['measures'] }[]>`
    select import_id as "importId", measured_at as "measuredAt", measures from role_health
    ${page.after === undefined ? sql`` : sql`where import_id < ${page.after[0]}`}
    order by import_id desc limit ${page.size + 1}`
  const shown = rows.slice(0, page.size)
  const end = rows.length > page.size ? shown.at(-1) : undefined
  return { points: shown.map((row) => ({ ...row, importId: String(row.importId) })), last: end && [end.importId] }
}

/** Measures that may have a goal, with `true` for those where more is better. */
export const goalMeasures = {
  throughRoles: true,
  roles: false,
  overGrant: false,
  underGrant: false,
  overlap: false,
  descriptionLength: false,
  unused: false,
  residual: false,
  orphanRows: false,
} as const satisfies Partial<Record<keyof HealthPoint['measures'], boolean>>

export type GoalMeasure = keyof typeof goalMeasures

/** Goals by measure. */
export type HealthGoals = Readonly<Partial<Record<GoalMeasure, number>>>

export async function healthGoals(sql: TenantSql): Promise<HealthGoals> {
  const rows = await sql<{ measure: string; goal: number }[]>`select measure, goal from role_health_goals`
  return Object.fromEntries(rows.map(({ measure, goal }) => [measure, goal]))
}

/**
 * Sets the goal of one measure; undefined removes it.
 * @throws invalid_argument for a goal that is negative or not a number
 */
export async function setHealthGoal(
  sql: TenantSql,
  tenantId: number,
  {
    measure,
    goal,
    setBy,
  }: { readonly measure: GoalMeasure; readonly goal: number | undefined; readonly setBy: string },
): Promise<HealthGoals> {
  if (goal !== undefined && !(Number.isFinite(goal) && goal >= 0))
    throw invalidArgument('goal', `must be a number that is not negative, not ${goal}`)
  const before = (await healthGoals(sql))[measure]
  if (goal === undefined) await sql`delete from role_health_goals where measure = ${measure}`
  else
    await sql`
      insert into role_health_goals (tenant_id, measure, goal, set_by) values (${tenantId}, ${measure}, ${goal}, ${setBy})
      on conflict (tenant_id, measure) do update set goal = excluded.goal, set_by = excluded.set_by, set_at = now()`
  if (before !== goal) {
    await recordEntry(sql, {
      kind: 'settings.update',
      subject: { type: 'settings', id: `health-goal/${measure}` },
      ...(before !== undefined && { before: { goal: before } }),
      ...(goal !== undefined && { after: { goal } }),
    })
  }
  return healthGoals(sql)
}
