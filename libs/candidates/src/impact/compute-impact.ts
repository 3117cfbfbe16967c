import { createHash } from 'node:crypto'
import { invalidArgument, itemAt } from '@assay/errors'
import {
  type CandidateImpact,
  candidateImpact,
  type EntitlementHolders,
  type ImpactMode,
  type ImpactQuestion,
  ImpactRows,
  impactMarks,
  type OtherWay,
  ordinalsOf,
  SeparatedAccess,
  type Snapshot,
  whatGives,
} from '@assay/mining'
import { foldedLevel, policiesInForce, riskOrder } from '@assay/policies'
import { contentsGiving } from '@assay/profiles'
import { entitlementHolders } from '@assay/role-mining'
import type { ResolvedCandidate } from '../candidate.ts'
import type { CandidateData } from '../candidates.ts'
import { requireRiskRank } from './risk-levels.ts'
import { type EntitlementTraits, entitlementTraits, newestDayOfUse } from './snapshot-facts.ts'

/** Settings of the impact of a candidate. */
export interface ImpactSettings {
  readonly mode: ImpactMode
  /** Entitlements of this level and above count as risky; empty for high. */
  readonly riskLevel: string
  /** 0 for 90. */
  readonly unusedDays: number
}

/** The impact of one candidate, with the data for pages and files. */
export interface ComputedImpact {
  readonly candidate: ResolvedCandidate
  readonly snapshot: Snapshot
  readonly question: ImpactQuestion
  /** Computed when pairs are needed. */
  readonly rows: () => ImpactRows
  readonly impact: CandidateImpact
  /** Changes with everything on which the figures depend. */
  readonly version: string
  /** Access whose last use was before this day, in days since 1970-01-01, is unused. 0 when the data have no days of use. */
  readonly unusedBefore: number
}

const defaultRiskLevel = 'high'
const defaultUnusedDays = 90
const mostUnusedDays = 3650

/** Checked settings on one snapshot. */
interface ImpactBasis {
  readonly mode: ImpactMode
  readonly marks: Uint8Array
  readonly unusedBefore: number
  readonly separated: SeparatedAccess | undefined
  /** Changes with everything on which the figures depend, except the candidate and the profiles. */
  readonly key: string
}

/** @throws invalid_argument for settings outside their limits */
export async function impactBasis(
  { sql, loaded }: Pick<CandidateData, 'sql' | 'loaded'>,
  { mode, riskLevel, unusedDays }: ImpactSettings,
): Promise<ImpactBasis> {
  if (unusedDays < 0 || unusedDays > mostUnusedDays)
    throw invalidArgument('settings.unused_days', `must be 0 to ${mostUnusedDays}, not ${unusedDays}`)
  const order = await riskOrder(sql)
  const rank = requireRiskRank(riskLevel || defaultLevelOf(order), 'settings.risk_level', order)
  const newest = newestDayOfUse(loaded.snapshot)
  const unusedBefore = newest === 0 ? 0 : Math.max(0, newest - (unusedDays || defaultUnusedDays))
  const marks = marksOf(await entitlementTraits(sql, loaded.snapshot, order), rank)
  const policies = await policiesInForce(sql, loaded.snapshot)
  const separated =
    policies === undefined || policies.separation.length === 0
      ? undefined
      : new SeparatedAccess(loaded.snapshot, await entitlementHolders(loaded.snapshot), policies.separation)
  const key = JSON.stringify([mode, rank, order, unusedBefore, separated && policies?.version])
  return { mode, marks, unusedBefore, separated, key }
}

/** High, or the highest level of a tenant with other words. */
function defaultLevelOf(order: readonly string[]): string {
  return order.find((level) => foldedLevel(level) === defaultRiskLevel) ?? order.at(-1) ?? defaultRiskLevel
}

function marksOf({ isPrivileged, riskRank }: EntitlementTraits, rank: number): Uint8Array {
  return isPrivileged.map(
    (privileged, e) =>
      (privileged ? impactMarks.privileged : 0) | (itemAt(riskRank, e) >= rank ? impactMarks.risky : 0),
  )
}

/** The impact of a resolved candidate. It blocks the event loop for 1 to 50 ms, depending on its size. */
export async function impactOf(
  data: CandidateData,
  candidate: ResolvedCandidate,
  basis: ImpactBasis,
): Promise<ComputedImpact> {
  const roles = basis.mode === 'add' ? [] : await otherRoles(data, [candidate])
  return computed(data, candidate, basis, await entitlementHolders(data.loaded.snapshot), roles)
}

/** The impact of several candidates; access profiles are read once for all. Other requests continue between two candidates. */
export async function* impactsOf(
  data: CandidateData,
  candidates: readonly ResolvedCandidate[],
  basis: ImpactBasis,
): AsyncGenerator<ComputedImpact> {
  const roles = basis.mode === 'add' ? [] : await otherRoles(data, candidates)
  const holders = await entitlementHolders(data.loaded.snapshot)
  for (const candidate of candidates) {
    await new Promise((resolve) => setImmediate(resolve))
    yield computed(data, candidate, basis, holders, roles)
  }
}

/** An access profile in force. */
interface OtherRole extends OtherWay {
  readonly profileId: string
}

function computed(
  { loaded: { snapshot } }: CandidateData,
  candidate: ResolvedCandidate,
  basis: ImpactBasis,
  holders: EntitlementHolders,
  roles: readonly OtherRole[],
): ComputedImpact {
  const { ownProfileIds } = candidate.provenance
  const others = roles.filter(({ profileId }) => !ownProfileIds.includes(profileId))
  const question: ImpactQuestion = {
    snapshot,
    holders,
    mode: basis.mode,
    entitlements: candidate.entitlements,
    members: candidate.members,
    others,
    marks: basis.marks,
    unusedBefore: basis.unusedBefore,
    separated: basis.separated,
  }
  const { unusedBefore } = basis
  let made: ImpactRows | undefined
  const rows = () => {
    made ??= new ImpactRows(question)
    return made
  }
  const impact = candidateImpact(question)
  return {
    candidate,
    snapshot,
    question,
    rows,
    impact,
    unusedBefore,
    // Computed only when needed: lists of candidates have no pages.
    get version() {
      return versionOf(candidate, basis, others)
    },
  }
}

/** The access profiles, with their members, that give an entitlement of a candidate or a group that contains one. */
async function otherRoles(
  { sql, loaded: { snapshot } }: CandidateData,
  candidates: readonly ResolvedCandidate[],
): Promise<OtherRole[]> {
  const { entitlementKey, identityKey } = snapshot
  const wanted = givingEntitlements(snapshot, candidates)
  const profiles = await contentsGiving(
    sql,
    Array.from(wanted, (ordinal) => itemAt(entitlementKey, ordinal)),
  )
  return profiles.map(({ profileId, entitlementKeys, memberKeys }) => ({
    profileId,
    entitlements: ordinalsOf(entitlementKey, entitlementKeys).ordinals,
    identities: ordinalsOf(identityKey, memberKeys).ordinals,
  }))
}

function givingEntitlements(
  { closure, entitlementCount }: Snapshot,
  candidates: readonly ResolvedCandidate[],
): Uint32Array {
  const isWanted = new Uint8Array(entitlementCount)
  for (const { entitlements } of candidates) for (const entitlement of entitlements) isWanted[entitlement] = 1
  const gives = whatGives(closure, isWanted)
  return Uint32Array.from(gives.keys().filter((ordinal) => gives[ordinal] === 1))
}

function versionOf({ version }: ResolvedCandidate, { key }: ImpactBasis, others: readonly OtherWay[]): string {
  const hash = createHash('sha256').update(JSON.stringify([version, key]))
  for (const { identities, entitlements } of others)
    for (const { buffer, byteOffset, byteLength } of [identities, entitlements])
      hash.update(`/${byteLength}/`).update(new Uint8Array(buffer, byteOffset, byteLength))
  return hash.digest('base64url').slice(0, 22)
}
