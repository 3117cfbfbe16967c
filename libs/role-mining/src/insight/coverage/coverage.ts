import type {
  AttributeRanking,
  CohortMiningSettings,
  CohortQuestions,
  PoliciesInForce,
  Residual,
  RoleInForce,
  Snapshot,
} from '@assay/mining'
import { policiesInForce } from '@assay/policies'
import type { TenantSql } from '@assay/store'
import { analysisSettings } from '../../analysis-settings.ts'
import type { LoadedSnapshot } from '../../loaded-snapshot.ts'
import { requireData } from '../entitlement-insight.ts'
import {
  type ExplainingRole,
  explainingRoles,
  explainingRolesVersion,
  mostOpen,
  type SavedPotentialRole,
  savedVersion,
} from './explaining-roles.ts'

/** The tools with which a call reads and counts. */
export interface CoverageTools {
  readonly tenantId: number
  readonly questions: CohortQuestions
  readonly within: <T>(work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>) => Promise<T>
  readonly savedRoles: (sql: TenantSql, limit: number) => Promise<readonly SavedPotentialRole[]>
  /** Checks for changes even if the last check was a moment ago. */
  readonly isFresh?: boolean
}

/** The layer of each grant of an import. */
export interface LayeredGrants {
  readonly loaded: LoadedSnapshot
  readonly residual: Residual
  readonly roles: readonly ExplainingRole[]
  /** The accepted profiles, which come first in `roles`: ordinals. */
  readonly accepted: readonly RoleInForce[]
  /** Days since 1970: access that was last used before this day is unused. 0 when the data have no last use. */
  readonly unusedBefore: number
  /** The same for the same data, settings and roles. */
  readonly version: string
}

/** Access that was last used more than this number of days before the newest use is unused. */
const unusedAfterDays = 90

/** Milliseconds after which a change of the layers is noticed: the check counts the members of all profiles. */
const versionStaysMs = 2000

interface Remembered {
  readonly version: string
  readonly askedAt: number
  readonly told: Promise<LayeredGrants>
}

/** The newest layers of each snapshot, three bytes for each grant, garbage collected with the snapshot. */
const remembered = new WeakMap<Snapshot, Remembered>()

/**
 * Finds the layer of each grant of the import in force; computed once for the same data, settings, profiles and candidates.
 * @throws failed_precondition before the first import
 */
export async function layeredGrants(tools: CoverageTools): Promise<LayeredGrants> {
  const begun = await tools.within(async (sql, current) => {
    const loaded = requireData(current)
    const known = remembered.get(loaded.snapshot)
    if (known !== undefined && !tools.isFresh && performance.now() - known.askedAt < versionStaysMs) return { known }
    const settings = await analysisSettings(sql, loaded.snapshot)
    const saved = await tools.savedRoles(sql, mostOpen)
    const policies = await policiesInForce(sql, loaded.snapshot)
    const facts = [
      policies?.version ?? '',
      loaded.version,
      settings,
      await explainingRolesVersion(sql),
      savedVersion(saved),
    ]
    const version = JSON.stringify(facts)
    if (known?.version === version) {
      remembered.set(loaded.snapshot, { ...known, askedAt: performance.now() })
      return { known }
    }
    return {
      asked: {
        loaded,
        settings,
        version,
        policies: policies?.inForce,
        roles: await explainingRoles(sql, loaded.snapshot, saved),
      },
    }
  })
  if (begun.known !== undefined) return begun.known.told
  const { loaded, version } = begun.asked
  const other = remembered.get(loaded.snapshot)
  if (other?.version === version) return other.told
  const told = tell(tools, begun.asked)
  remembered.set(loaded.snapshot, { version, askedAt: performance.now(), told })
  told.catch(() => remembered.delete(loaded.snapshot))
  return told
}

async function tell(
  { questions, tenantId }: CoverageTools,
  asked: {
    readonly loaded: LoadedSnapshot
    readonly settings: Partial<CohortMiningSettings>
    readonly version: string
    readonly policies: PoliciesInForce | undefined
    readonly roles: Awaited<ReturnType<typeof explainingRoles>>
  },
): Promise<LayeredGrants> {
  const { loaded, settings, version, policies, roles } = asked
  const unusedBefore = policies?.unused === undefined ? dayOfDisuse(loaded.snapshot) : 0
  const about = {
    settings,
    accepted: roles.accepted,
    open: roles.open,
    protectedEntitlements: protectedBy(policies),
    unusedBefore,
    ...(policies?.unused && { unusedGrants: policies.unused }),
  }
  const name = `${tenantId}/${loaded.version}`
  const residual = await questions.ask(name, loaded.buffer, { kind: 'tell-residual', about })
  return { loaded, residual, roles: roles.names, accepted: roles.accepted, unusedBefore, version }
}

/** Entitlements that a policy keeps out of every role. A policy that allows an entitlement from a coverage on does not explain a grant. */
function protectedBy(policies: PoliciesInForce | undefined): number[] {
  const found = new Set<number>()
  for (const { isProtected, leastCoverage } of policies?.protection ?? []) {
    if (leastCoverage !== undefined) continue
    for (const [ordinal, is] of isProtected.entries()) if (is === 1) found.add(ordinal)
  }
  return [...found].sort((a, b) => a - b)
}

/** Days since 1970, counted from the newest use in the data. Not from today, since the feed of usage may have stopped. */
function dayOfDisuse({ lastUsedDay }: Snapshot): number {
  let newest = 0
  if (lastUsedDay !== undefined) {
    // By index: an iterator takes ten times as long over ten million.
    for (const day of lastUsedDay) if (day > newest) newest = day
  }
  return Math.max(0, newest - unusedAfterDays)
}

/** The ranking of attributes by the settings in force; computed once for the same data and settings. */
const rankings = new WeakMap<Snapshot, { readonly settings: string; readonly ranking: Promise<AttributeRanking> }>()

/** @throws failed_precondition before the first import */
export async function rankedAttributes({
  tenantId,
  questions,
  within,
}: CoverageTools): Promise<{ readonly importId: string; readonly ranking: AttributeRanking }> {
  const { loaded, settings } = await within(async (sql, current) => {
    const loaded = requireData(current)
    return { loaded, settings: await analysisSettings(sql, loaded.snapshot) }
  })
  const key = JSON.stringify(settings)
  const known = rankings.get(loaded.snapshot)
  const ranking =
    known?.settings === key
      ? known.ranking
      : questions.ask(`${tenantId}/${loaded.version}`, loaded.buffer, { kind: 'rank-attributes', settings })
  rankings.set(loaded.snapshot, { settings: key, ranking })
  ranking.catch(() => rankings.delete(loaded.snapshot))
  return { importId: loaded.importId, ranking: await ranking }
}
