import { entitlementsByRisk } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import type { TenantSql } from '@assay/store'
import { lockPolicies } from './lock-policies.ts'

const defaultLevels: readonly string[] = ['low', 'medium', 'high', 'critical']

const mostLevels = 50
const longestLevel = 100

/** The words for risk of a tenant, and the words in the data that are not among them. */
export interface RiskLevels {
  /** The lowest first. */
  readonly levels: readonly string[]
  /** In the spelling of the data; each counts as the highest. */
  readonly unknown: readonly { readonly level: string; readonly entitlementCount: number }[]
}

/** Words that differ only by case or blanks are equal. */
export function foldedLevel(level: string): string {
  return level.trim().toLowerCase()
}

/** The order in force: the tenant's own, or the default. */
export async function riskOrder(sql: TenantSql): Promise<readonly string[]> {
  const [row] = await sql<{ levels: string[] }[]>`select levels from risk_levels`
  return row?.levels ?? defaultLevels
}

export async function getRiskLevels(sql: TenantSql): Promise<RiskLevels> {
  const levels = await riskOrder(sql)
  const known = new Set(levels.map(foldedLevel))
  const byRisk = await entitlementsByRisk(sql)
  const unknown = [...byRisk].filter(([level]) => level.trim() !== '' && !known.has(foldedLevel(level)))
  return {
    levels,
    unknown: unknown.map(([level, keys]) => ({ level, entitlementCount: keys.length })),
  }
}

/**
 * Replaces the order.
 * @throws invalid_argument for no level, too many levels, an empty or long word, and a word that is listed twice
 */
export async function replaceRiskLevels(
  sql: TenantSql,
  tenantId: number,
  levels: readonly string[],
): Promise<RiskLevels> {
  if (levels.length === 0) throw invalidArgument('levels', 'needs at least one word, the least risk first')
  if (levels.length > mostLevels) throw invalidArgument('levels', `at most ${mostLevels} words, not ${levels.length}`)
  const seen = new Set<string>()
  const words = levels.map((level, index) => {
    const word = level.trim()
    const field = `levels[${index}]`
    if (word === '') throw invalidArgument(field, 'must not be empty')
    if ([...word].length > longestLevel) throw invalidArgument(field, `must have at most ${longestLevel} characters`)
    if (seen.has(foldedLevel(word))) throw invalidArgument(field, `"${word}" is listed twice`)
    seen.add(foldedLevel(word))
    return word
  })
  await lockPolicies(sql, tenantId)
  const before = await riskOrder(sql)
  await sql`
    insert into risk_levels (tenant_id, levels) values (${tenantId}, ${words}::text[])
    on conflict (tenant_id) do update set levels = excluded.levels, updated_at = now()`
  if (before.join('\n') !== words.join('\n')) {
    const subject = { type: 'settings', id: 'risk_levels' }
    await recordEntry(sql, { kind: 'settings.update', subject, before: { levels: before }, after: { levels: words } })
  }
  return getRiskLevels(sql)
}

/**
 * Keys of the entitlements of a level and above. A word that is not in the order counts as the highest, in the data and as the requested
 * level. Entitlements without a word have no risk.
 */
export async function entitlementsFromRisk(sql: TenantSql, level: string): Promise<number[]> {
  const order = (await riskOrder(sql)).map(foldedLevel)
  const rankOf = (word: string) => {
    const rank = order.indexOf(foldedLevel(word))
    return rank < 0 ? order.length : rank
  }
  const least = rankOf(level)
  const byRisk = await entitlementsByRisk(sql)
  return [...byRisk].flatMap(([word, keys]) => (word.trim() !== '' && rankOf(word) >= least ? keys : []))
}
