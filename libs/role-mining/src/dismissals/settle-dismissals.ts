import { itemAt } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { cohortMembers, type Snapshot } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { acceptedAmong, type Finding, lockSuggestion, setState } from '../suggestions.ts'
import { type Dismissal, dismissalsInForce, dismissedPeople, endDismissal } from './dismissal.ts'
import { type Cells, canBeSame, isSameAs, similarityOfCells } from './similar-cells.ts'

/** A run's findings after earlier dismissals were considered. */
interface SettledFindings {
  /** The proposed findings. Dismissed suggestions that the run returned again are among them; they stay dismissed. */
  readonly findings: readonly Finding[]
  /** The number of findings that were left out because they are nearly the same as a dismissed suggestion. */
  readonly suppressedCount: number
}

/**
 * Ends the dismissals whose time is over, or whose data changed by more than they allow. Leaves out findings that are nearly the same as a
 * dismissed suggestion under another name. Call it before the findings are stored, in the same transaction.
 */
export async function settleDismissals(
  sql: TenantSql,
  snapshot: Snapshot,
  findings: readonly Finding[],
  now = new Date(),
): Promise<SettledFindings> {
  const all = await dismissalsInForce(sql)
  if (all.length === 0) return { findings, suppressedCount: 0 }
  const found = new Map(findings.map((finding) => [finding.id, finding]))
  const held: (Dismissal & { readonly entitlements: readonly number[] })[] = []
  for (const dismissal of all) {
    const again = found.get(dismissal.suggestionId)
    const ending = await endingOf(sql, snapshot, dismissal, again, now)
    if (ending === undefined) held.push(dismissal)
    else await putBack(sql, dismissal, ending)
  }
  const heldIds = new Set(held.map(({ suggestionId }) => suggestionId))
  const accepted = await acceptedAmong(sql, [...found.keys()])
  const kept: Finding[] = []
  for (const finding of findings) {
    const isDecided = heldIds.has(finding.id) || accepted.has(finding.id)
    if (isDecided || !(await wasDismissed(sql, snapshot, finding, held))) kept.push(finding)
  }
  return { findings: kept, suppressedCount: findings.length - kept.length }
}

async function endingOf(
  sql: TenantSql,
  snapshot: Snapshot,
  { endsAt, changePercent, suggestionId, entitlements }: Dismissal & { readonly entitlements: readonly number[] },
  again: Finding | undefined,
  now: Date,
): Promise<'time_over' | 'data_changed' | undefined> {
  if (endsAt !== undefined && endsAt <= now) return 'time_over'
  if (changePercent === undefined || again === undefined) return undefined
  const then = { people: await dismissedPeople(sql, suggestionId), entitlements }
  const changed = 1 - similarityOfCells(then, cellsOf(snapshot, again))
  return changed * 100 > changePercent ? 'data_changed' : undefined
}

/** Makes a suggestion new again, unless a user has decided on it meanwhile. */
async function putBack(sql: TenantSql, { suggestionId, entryId }: Dismissal, reason: string): Promise<void> {
  await lockSuggestion(sql, suggestionId)
  if (!(await endDismissal(sql, suggestionId, entryId))) return
  const { at } = await recordEntry(sql, {
    kind: 'suggestion.return',
    subject: { type: 'suggestion', id: suggestionId },
    before: { state: 'dismissed' },
    after: { state: 'new' },
    reason,
  })
  await setState(sql, suggestionId, { state: 'new', createdProfileId: null, at })
}

async function wasDismissed(
  sql: TenantSql,
  snapshot: Snapshot,
  finding: Finding,
  held: readonly (Dismissal & { readonly entitlements: readonly number[] })[],
): Promise<boolean> {
  const keys = finding.entitlements.map(({ key }) => key).sort((a, b) => a - b)
  const alike = held.filter(({ entitlements }) => canBeSame(entitlements, keys))
  if (alike.length === 0) return false
  const cells = cellsOf(snapshot, finding)
  for (const { suggestionId, entitlements } of alike) {
    if (isSameAs({ people: await dismissedPeople(sql, suggestionId), entitlements }, cells)) return true
  }
  return false
}

/** The cells of a finding, by keys. Keys ascend with ordinals. */
export function cellsOf(
  snapshot: Snapshot,
  { cohortFilters, entitlements }: Pick<Finding, 'cohortFilters' | 'entitlements'>,
): Cells {
  // No person has an attribute that is absent from the load in force.
  const isMissing = cohortFilters.some(({ attribute }) => snapshot.attributes.every(({ key }) => key !== attribute))
  const members = isMissing ? new Uint32Array(0) : cohortMembers(snapshot, cohortFilters)
  return {
    people: Int32Array.from(members, (person) => itemAt(snapshot.identityKey, person)),
    entitlements: Int32Array.from(entitlements, ({ key }) => key).sort(),
  }
}
