import { entitlementsByKey, identityNamesByKey, type RepeatedText, repeatedPeople } from '@assay/directory'
import { type Found, FoundList, isPlaceholder, type Snapshot, type SnapshotReadiness } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { type ReadinessFacts, type ReadinessNames, type ReadinessReport, readinessReport } from './readiness-report.ts'

/** Accounts and holders whose owner is not clear: no person, several people, or different people by different rules. */
export type LinkFindings = Readonly<Record<'none' | 'ambiguous' | 'conflict', Found<string>>>

/** Facts about the data that the arrays of a snapshot do not have. */
interface BesideArrays {
  /** Days since 1970-01-01. */
  readonly today: number
  /** The newest day of usage (`2025-01-31`). */
  readonly usageThrough: string | undefined
  readonly links: LinkFindings
}

/** The report of a measurement, with names that the caller may see. */
export async function measuredReport(
  sql: TenantSql,
  snapshot: Snapshot,
  measured: SnapshotReadiness,
  { today, usageThrough, links }: BesideArrays,
): Promise<ReadinessReport> {
  const { addresses, names } = await repeatedPeople(sql)
  const facts: ReadinessFacts = {
    today,
    usageThrough,
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

/** Names of the examples only. */
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
