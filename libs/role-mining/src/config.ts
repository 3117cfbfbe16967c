import { invalidArgument, listed } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { asJson, type TenantSql } from '@assay/store'
import { checkValues } from './cohort-filters.ts'

/** An attribute, and perhaps some of its values, that an analysis should prefer when it forms cohorts. */
export interface CohortHint {
  readonly attribute: string
  /** 0 to 100; a higher number has more weight. */
  readonly priority: number
  /** Empty for every value. */
  readonly values: readonly string[]
}

/** A tenant's settings of the analysis that ConductorOne's contract has; mining-settings.ts has all settings. */
export interface RoleMiningConfig {
  readonly cohortHints: readonly CohortHint[]
  /** 1 to 1000: the most suggestions of one run. */
  readonly maxSuggestions: number
  /** 2 to 100000: the fewest people of a cohort. */
  readonly minCohortSize: number
}

export const defaultConfig: RoleMiningConfig = { cohortHints: [], maxSuggestions: 100, minCohortSize: 5 }

export const limits = { maxSuggestions: [1, 1000], minCohortSize: [2, 100_000], priority: [0, 100] } as const
const mostHints = 32
const mostHintValues = 1000

/** The settings in force: the tenant's own, or the defaults. */
export async function getConfig(sql: TenantSql): Promise<RoleMiningConfig> {
  const [row] = await sql<{ cohort_hints: CohortHint[]; max_suggestions: number; min_cohort_size: number }[]>`
    select cohort_hints, max_suggestions, min_cohort_size from role_mining_configs`
  if (row === undefined) return defaultConfig
  return { cohortHints: row.cohort_hints, maxSuggestions: row.max_suggestions, minCohortSize: row.min_cohort_size }
}

/**
 * Replaces all settings; 0 for a number means its default.
 * @param knownAttributes the attributes that a hint may name
 * @throws invalid_argument with the name of the member and its range, or the attributes that exist
 */
export async function replaceConfig(
  sql: TenantSql,
  tenantId: number,
  wanted: RoleMiningConfig,
  knownAttributes: readonly string[],
): Promise<RoleMiningConfig> {
  const config = {
    cohortHints: checkHints(wanted.cohortHints, knownAttributes),
    maxSuggestions: checkNumber(
      'max_suggestions',
      wanted.maxSuggestions || defaultConfig.maxSuggestions,
      limits.maxSuggestions,
    ),
    minCohortSize: checkNumber(
      'min_cohort_size',
      wanted.minCohortSize || defaultConfig.minCohortSize,
      limits.minCohortSize,
    ),
  }
  const before = await getConfig(sql)
  await sql`
    insert into role_mining_configs (tenant_id, min_cohort_size, max_suggestions, cohort_hints)
    values (${tenantId}, ${config.minCohortSize}, ${config.maxSuggestions}, ${asJson(sql, config.cohortHints)})
    on conflict (tenant_id) do update set min_cohort_size = excluded.min_cohort_size,
      max_suggestions = excluded.max_suggestions, cohort_hints = excluded.cohort_hints,
      revision = role_mining_configs.revision + 1, updated_at = now()`
  await recordEntry(sql, {
    kind: 'settings.mining',
    subject: { type: 'settings', id: 'mining' },
    before,
    after: config,
  })
  return config
}

export function checkHints(hints: readonly CohortHint[], knownAttributes: readonly string[]): CohortHint[] {
  if (hints.length > mostHints) throw invalidArgument('cohort_hints', `at most ${mostHints} hints, not ${hints.length}`)
  const seen = new Set<string>()
  return hints.map((hint, index) => {
    const field = `cohort_hints[${index}]`
    if (hint.attribute === '') throw invalidArgument(`${field}.attribute`, 'must name an attribute')
    if (!knownAttributes.includes(hint.attribute))
      throw invalidArgument(
        `${field}.attribute`,
        `unknown attribute "${hint.attribute}"; known are ${listed(knownAttributes)}`,
      )
    if (seen.has(hint.attribute)) throw invalidArgument(`${field}.attribute`, `"${hint.attribute}" has a hint already`)
    seen.add(hint.attribute)
    if (hint.values.length > mostHintValues)
      throw invalidArgument(`${field}.values`, `at most ${mostHintValues} values, not ${hint.values.length}`)
    return {
      attribute: hint.attribute,
      priority: checkNumber(`${field}.priority`, hint.priority, limits.priority),
      values: checkValues(`${field}.values`, hint.attribute, hint.values),
    }
  })
}

export function checkNumber(field: string, value: number, [least, most]: readonly [number, number]): number {
  if (!Number.isInteger(value) || value < least || value > most)
    throw invalidArgument(field, `must be a whole number from ${least} to ${most}, not ${value}`)
  return value
}
