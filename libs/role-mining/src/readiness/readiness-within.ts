import { storedMemberships, usageReachOfVisible } from '@assay/directory'
import { aborted, failedPrecondition, notFound } from '@assay/errors'
import type { CohortQuestions, ReadinessQuestion, Snapshot } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { getConfig } from '../config.ts'
import type { LoadedSnapshot } from '../loaded-snapshot.ts'
import type { FindingKind } from './finding-words.ts'
import { measuredReport } from './measured-report.ts'
import type { StoredReadiness } from './readiness-reports.ts'

/** What the measurement for a bounded reader needs. */
interface BoundedReadinessTools {
  readonly tenantId: number
  readonly questions: CohortQuestions
  /** Runs work in a transaction of the reader, with the snapshot of the scope's people. */
  readonly within: <T>(work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>) => Promise<T>
}

type Measured = Pick<StoredReadiness, 'report' | 'measuredAt'>

/** The last measurement of each snapshot, garbage collected with it. */
const remembered = new WeakMap<Snapshot, { readonly key: string; readonly measured: Promise<Measured | undefined> }>()

/** The number of tries, since the data may change during a measurement. */
const mostTries = 3

/** Findings about all holders of an entitlement. The people of a scope say nothing about them, since others may hold it. */
const aboutAllHolders: ReadonlySet<FindingKind> = new Set([
  'entitlements_held_by_nobody',
  'entitlements_held_by_one',
  'entitlements_with_same_holders',
])

/** A bounded reader sees no accounts without a person. */
const noLinks = { count: 0, examples: [] }

/**
 * The readiness within a reader's scope, on the data in force: measured by the call from these people alone, without a comparison with an
 * earlier report, and without findings about all holders of an entitlement.
 * @param wanted the id of an import; empty for the import in force
 * @throws failed_precondition before the first import; not_found for an import that is not in force
 */
export async function readinessWithin(tools: BoundedReadinessTools, wanted: string): Promise<StoredReadiness> {
  for (let attempt = 0; attempt < mostTries; attempt++) {
    const { loaded, about } = await tools.within(async (sql, current) => {
      if (current === undefined)
        throw failedPrecondition('There is no access data to measure yet; commit an import first.')
      if (wanted !== '' && wanted !== current.importId) throw notFound('readiness of import', wanted)
      const { minCohortSize } = await getConfig(sql)
      const memberships = await storedMemberships(sql, current.snapshot.entitlementKey)
      return { loaded: current, about: { today: Math.floor(Date.now() / 86_400_000), minCohortSize, memberships } }
    })
    const key = `${about.today}/${about.minCohortSize}`
    const known = remembered.get(loaded.snapshot)
    const isOwn = known?.key !== key
    const measured = isOwn ? measure(tools, loaded, about) : known.measured
    if (isOwn) {
      remembered.set(loaded.snapshot, { key, measured })
      measured.catch(() => remembered.delete(loaded.snapshot))
    }
    const found = await measured.catch((error: unknown) => {
      // The caller that started this measurement may have left, which cancels it. Then it is measured again for this caller.
      if (isOwn) throw error
      return undefined
    })
    if (found !== undefined)
      return { importId: loaded.importId, state: 'measured', errorMessage: '', previous: undefined, ...found }
  }
  throw aborted('the access data keeps changing; try again')
}

/** Undefined when other data are in force by then: names and figures would be of two loads. */
async function measure(
  { tenantId, questions, within }: BoundedReadinessTools,
  loaded: LoadedSnapshot,
  about: ReadinessQuestion & { readonly today: number },
): Promise<Measured | undefined> {
  const question = { kind: 'measure-readiness', about } as const
  const figures = await questions.ask(`${tenantId}/${loaded.version}`, loaded.buffer, question)
  return within(async (sql, current) => {
    if (current?.version !== loaded.version) return undefined
    const links = { none: noLinks, ambiguous: noLinks, conflict: noLinks }
    const beside = { today: about.today, usageThrough: await usageReachOfVisible(sql), links }
    const report = await measuredReport(sql, loaded.snapshot, figures, beside)
    const findings = report.findings.filter(({ kind }) => !aboutAllHolders.has(kind))
    return { report: { ...report, findings }, measuredAt: new Date() }
  })
}
