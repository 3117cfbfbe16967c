import {
  entitlementsByKey,
  identityNamesByKey,
  type RepeatedText,
  repeatedPeople,
  storedMemberships,
  usageReach,
} from '@assay/directory'
import { defineWork } from '@assay/jobs'
import { type Found, FoundList, isPlaceholder, type Snapshot, type SnapshotReadiness } from '@assay/mining'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { getConfig } from '../config.ts'
import { readinessQueue } from '../queues.ts'
import type { LoadedSnapshot, SnapshotCache } from '../snapshot-cache.ts'
import { measureInThread } from './measure-in-thread.ts'
import { type ReadinessFacts, type ReadinessNames, type ReadinessReport, readinessReport } from './readiness-report.ts'
import { completeReadiness, failReadiness, forgetReadiness, isMeasuring } from './readiness-reports.ts'

/** What readiness is measured with. */
interface ReadinessTools {
  readonly sql: Sql
  readonly snapshots: SnapshotCache
  /** Accounts and holders of which it is not clear whose they are: nobody's, of several, and disputed ones. */
  readonly linkFindings: (sql: TenantSql) => Promise<Readonly<Record<'none' | 'ambiguous' | 'conflict', Found<string>>>>
}

interface ReadinessTask {
  readonly tenantId: number
  readonly importId: string
}

/** Measures what the data of an import are good for, in a thread of its own. An import that is no longer in force is left out. */
export function readinessWork({ sql, snapshots, linkFindings }: ReadinessTools) {
  return defineWork<ReadinessTask, ReadinessTask>({
    queue: readinessQueue,
    title: 'The measuring of the readiness',
    takeUp: async (task) => {
      const isAsked = await inTenant(sql, task.tenantId, (scoped) => isMeasuring(scoped, task.importId))
      return isAsked ? task : undefined
    },
    run: async ({ tenantId, importId }, { signal }) => {
      const today = Math.floor(Date.now() / 86_400_000)
      const begun = await snapshots.use(tenantId, async (scoped, loaded) => {
        if (loaded?.importId !== importId) return undefined
        const { minCohortSize } = await getConfig(scoped)
        const memberships = await storedMemberships(scoped, loaded.snapshot.entitlementKey)
        return { loaded, question: { today, minCohortSize, memberships } }
      })
      const measured = begun && (await measureInThread(begun.loaded.buffer, begun.question, signal))
      // What the directory tells beside the arrays is of the same import only while that is in force.
      await snapshots.use(tenantId, async (scoped, loaded) => {
        if (measured === undefined || loaded?.importId !== importId) return forgetReadiness(scoped, importId)
        const report = await reportOf(scoped, loaded, measured, today, await linkFindings(scoped))
        return completeReadiness(scoped, importId, report)
      })
    },
    fail: ({ tenantId, importId }, message) =>
      inTenant(sql, tenantId, (scoped) => failReadiness(scoped, importId, message)),
  })
}

async function reportOf(
  sql: TenantSql,
  { snapshot }: LoadedSnapshot,
  measured: SnapshotReadiness,
  today: number,
  links: Awaited<ReturnType<ReadinessTools['linkFindings']>>,
): Promise<ReadinessReport> {
  const { addresses, names } = await repeatedPeople(sql)
  const facts: ReadinessFacts = {
    today,
    usageThrough: await usageReach(sql),
    repeatedAddresses: repeatedTexts(addresses),
    repeatedNames: repeatedTexts(names),
    orphans: links.none,
    ambiguousLinks: links.ambiguous,
    conflictingLinks: links.conflict,
  }
  return readinessReport(measured, facts, await namesOf(sql, snapshot, measured))
}

function repeatedTexts(all: readonly RepeatedText[]): Found<string> {
  const list = new FoundList<string>()
  for (const { text, people } of all) if (!isPlaceholder(text)) list.add(`${text} (${people} people)`)
  return list.found()
}

/** Names of what the examples are, and of nothing else. */
async function namesOf(
  sql: TenantSql,
  { identityKey, entitlementKey }: Snapshot,
  measured: SnapshotReadiness,
): Promise<ReadinessNames> {
  const people = [...measured.peopleWithoutAccess.examples, ...measured.disabledWithAccess.examples]
  const entitlements = [
    ...measured.heldByNobody.examples,
    ...measured.heldByOne.examples,
    ...measured.sameHolders.examples.flat(),
    ...measured.memberships.examples.flat(),
    ...measured.cycles.examples.flat(),
  ]
  const keyOf = (keys: Int32Array) => (ordinal: number) => keys[ordinal] ?? -1
  const identityNames = await identityNamesByKey(sql, people.map(keyOf(identityKey)))
  const details = await entitlementsByKey(sql, entitlements.map(keyOf(entitlementKey)))
  return {
    person: (ordinal) => {
      const { id = '', displayName = '' } = identityNames.get(keyOf(identityKey)(ordinal)) ?? {}
      return id === displayName || displayName === '' ? id : `${id} (${displayName})`
    },
    entitlement: (ordinal) => {
      const { id = '', applicationId = '' } = details.get(keyOf(entitlementKey)(ordinal)) ?? {}
      return `${applicationId} ${id}`
    },
  }
}
