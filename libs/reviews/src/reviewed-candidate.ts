import { type CandidateData, impactBasis, impactOf, type ResolvedCandidate } from '@assay/candidates'
import { entitlementsByKey } from '@assay/directory'
import { itemAt } from '@assay/errors'
import { type ImpactCount, identityStatuses, impactMarks } from '@assay/mining'
import { judgeCandidate, listPolicies, type PolicyKind, policiesInForce } from '@assay/policies'
import { getAccessProfile } from '@assay/profiles'
import { getSuggestion } from '@assay/role-mining'

/** An entitlement of a candidate under review. */
interface ReviewedEntitlement {
  readonly applicationId: string
  readonly applicationDisplayName: string
  readonly entitlementId: string
  readonly displayName: string
  readonly privileged: boolean
  readonly riskLevel: string
  /** Number of people of the candidate who hold it; `gainCount` is the number of those who would get it. */
  readonly holderCount: number
  readonly gainCount: number
}

interface PolicyThen {
  readonly id: string
  readonly displayName: string
  readonly kind: PolicyKind
  readonly etag: string
}

/**
 * A candidate as a reviewer sees it, stored as JSON. Its figures are about its own people only, so that they reveal nothing about other
 * people.
 */
export interface ReviewedCandidate {
  readonly displayName: string
  /** A description of its people, in words or in CEL; empty when there is none. */
  readonly description: string
  /** Number of enabled people. */
  readonly peopleCount: number
  readonly serviceCount: number
  readonly disabledCount: number
  readonly entitlementCount: number
  readonly gains: ImpactCount
  readonly alreadyHeld: ImpactCount
  readonly gainingPeople: number
  readonly entitlements: readonly ReviewedEntitlement[]
  /** The load on which it was counted; empty before the first load. */
  readonly importId: string
  /** The load from which it was mined; empty when it is not known. */
  readonly sourceImportId: string
  /** The id of the run or session; empty when people made it. */
  readonly foundBy: string
  readonly stale: boolean
  readonly goneEntitlements: number
  readonly goneIdentities: number
  /** The etag of the candidate. */
  readonly etag: string
  readonly policies: readonly PolicyThen[]
  readonly allowed: boolean
  readonly policyFindings: readonly string[]
  /** Whether a part of it was erased, so that it no longer has the hash in the ledger. */
  readonly erased?: boolean
}

/** The most policies that a tenant can have. */
const mostPolicies = 500

/** The content of a candidate on the data in force. It blocks the event loop while the impact is computed. */
export async function reviewedCandidate(data: CandidateData, candidate: ResolvedCandidate): Promise<ReviewedCandidate> {
  const { basis, policies } = await askedOnce(data)
  const { impact, question, snapshot } = await impactOf(data, candidate, basis)
  const keys = Array.from(candidate.entitlements, (ordinal) => itemAt(snapshot.entitlementKey, ordinal))
  const details = await entitlementsByKey(data.sql, keys)
  const { provenance } = candidate
  return {
    displayName: candidate.name,
    description: await whoIsMeant(data, candidate),
    peopleCount: impact.members,
    serviceCount: impact.services.members,
    disabledCount: impact.disabled.members,
    entitlementCount: candidate.entitlements.length,
    gains: impact.totals.gains,
    alreadyHeld: impact.totals.alreadyHeld,
    gainingPeople: impact.gainingPeople,
    entitlements: keys.map((key, place) => {
      const found = details.get(key)
      return {
        applicationId: found?.applicationId ?? '',
        applicationDisplayName: found?.applicationDisplayName ?? '',
        entitlementId: found?.id ?? '',
        displayName: found?.displayName ?? '',
        privileged: (itemAt(question.marks, itemAt(question.entitlements, place)) & impactMarks.privileged) > 0,
        riskLevel: found?.riskLevel ?? '',
        holderCount: itemAt(impact.entitlements.alreadyHeld, place),
        gainCount: itemAt(impact.entitlements.gains, place),
      }
    }),
    importId: candidate.importId,
    sourceImportId: candidate.sourceImportId ?? '',
    foundBy: provenance.foundBy,
    stale: candidate.stale,
    goneEntitlements: candidate.goneEntitlements,
    goneIdentities: candidate.goneIdentities,
    etag: candidate.etag,
    ...(await policiesOn(data, candidate, policies)),
  }
}

/** Facts that are equal for all candidates of one call: a review may have a hundred candidates. */
interface SharedFacts {
  readonly basis: Awaited<ReturnType<typeof impactBasis>>
  readonly policies: readonly PolicyThen[]
}

const shared = new WeakMap<CandidateData, SharedFacts>()

async function askedOnce(data: CandidateData): Promise<SharedFacts> {
  const known = shared.get(data)
  if (known !== undefined) return known
  const basis = await impactBasis(data, { mode: 'add', riskLevel: '', unusedDays: 0 })
  const { policies } = await listPolicies(data.sql, { size: mostPolicies })
  const inForce = policies
    .filter(({ enabled }) => enabled)
    .map(({ id, displayName, settings: { kind }, etag }) => ({ id, displayName, kind, etag }))
  const facts = { basis, policies: inForce }
  shared.set(data, facts)
  return facts
}

async function whoIsMeant({ sql }: CandidateData, { provenance: { kind, id } }: ResolvedCandidate): Promise<string> {
  if (kind === 'suggestion') return (await getSuggestion(sql, id)).description
  if (kind === 'profile') return (await getAccessProfile(sql, id)).celExpression
  return ''
}

/** The policies in force, and their result for the candidate without changes. */
async function policiesOn(
  { sql, loaded: { snapshot } }: CandidateData,
  { members, entitlements, name }: ResolvedCandidate,
  policies: readonly PolicyThen[],
): Promise<Pick<ReviewedCandidate, 'policies' | 'allowed' | 'policyFindings'>> {
  const compiled = await policiesInForce(sql, snapshot)
  if (compiled === undefined) return { policies: [], allowed: true, policyFindings: [] }
  // Policies check what is proposed to enabled people only.
  const enabled = members.filter((member) => snapshot.identityStatus[member] === identityStatuses.enabled)
  const verdict = judgeCandidate(snapshot, compiled, { members: enabled, entitlements, name })
  const named = (policy: number) => `The policy "${itemAt(compiled.names, policy).displayName}"`
  const leftOut = new Map<number, number>()
  for (const { policy } of verdict.leftOut) leftOut.set(policy, (leftOut.get(policy) ?? 0) + 1)
  const policyFindings = [
    ...[...leftOut].map(([policy, count]) => `${named(policy)} leaves out ${count} of its entitlements.`),
    ...(verdict.tooSmallFor === undefined ? [] : [`${named(verdict.tooSmallFor)} requires a larger candidate.`]),
    ...(verdict.misnamedFor === undefined ? [] : [`${named(verdict.misnamedFor)} requires another name.`]),
    ...verdict.freshBreaches.map(
      ({ policy, identities }) => `${named(policy)} would be broken by ${identities.length} of its people.`,
    ),
  ]
  return {
    policies,
    allowed: policyFindings.length === 0,
    policyFindings,
  }
}
