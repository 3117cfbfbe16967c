import { entitlementsByKey } from '@assay/directory'
import { failedPrecondition, listed } from '@assay/errors'
import { CandidateCounter, cutCandidate, type LeftOut, type PolicyStep, type Snapshot } from '@assay/mining'
import { Pattern } from '@assay/patterns'
import type { TenantSql } from '@assay/store'
import type { CompiledPolicies, PolicyName } from './compile-policies.ts'
import type { OtherGifts } from './other-gifts.ts'
import { separatedEntitlements, sidesHeld } from './separated-entitlements.ts'

/** Access that a caller wants to propose or give, by ordinals of a snapshot. */
interface JudgedCandidate {
  /** Each once. Undefined when its people are not known yet: then no policy depends on their number. */
  readonly members: Uint32Array | undefined
  readonly entitlements: Uint32Array
  /** Undefined when it has no name yet. */
  readonly name?: string | undefined
  /** The members' access from other access profiles; undefined for none that policies separate. */
  readonly others?: OtherGifts | undefined
}

/** People who would violate a separation of duties after a change and do not violate it today. */
interface FreshBreaches {
  readonly policy: number
  /** Ordinals, ascending. */
  readonly identities: readonly number[]
}

/** The result of the policies for a candidate. */
interface PolicyVerdict {
  /** Ordinals of the remaining entitlements, in the order of the candidate. */
  readonly kept: readonly number[]
  readonly leftOut: readonly LeftOut[]
  /** Index of the policy whose smallest size the candidate does not reach. */
  readonly tooSmallFor: number | undefined
  /** Index of the policy whose pattern the name does not match. */
  readonly misnamedFor: number | undefined
  /** For the case that all members get all entitlements. */
  readonly freshBreaches: readonly FreshBreaches[]
}

/** Judges a candidate without changing it. */
export function judgeCandidate(
  snapshot: Snapshot,
  compiled: CompiledPolicies,
  { members, entitlements, name, others }: JudgedCandidate,
): PolicyVerdict {
  const { namePatterns } = compiled
  const inForce = members === undefined ? withoutMembers(compiled.inForce) : compiled.inForce
  const people = members ?? new Uint32Array(0)
  const counts = new CandidateCounter(snapshot, inForce).count(people, entitlements, 0)
  const { kept, leftOut, refusedBy } = cutCandidate(counts, inForce)
  return {
    kept: kept.map((at) => entitlements[at]!),
    leftOut,
    tooSmallFor: refusedBy,
    misnamedFor:
      name === undefined ? undefined : namePatterns.find(({ pattern }) => !new Pattern(pattern).test(name))?.policy,
    freshBreaches: freshBreaches(snapshot, compiled, people, entitlements, others),
  }
}

/** A suggestion of an analysis, by ordinals of a snapshot. */
interface JudgedSuggestion {
  /** Enabled people, each once. */
  readonly members: Uint32Array
  readonly entitlements: readonly number[]
}

/** The part of a suggestion that policies allow. */
export interface SuggestionVerdict {
  /** Ordinals. */
  readonly kept: readonly number[]
  readonly leftOut: readonly (LeftOut & { readonly policyName: string })[]
  /** The name of the policy that refuses the suggestion; undefined when it is allowed. */
  readonly refusedBy: string | undefined
}

/** Cuts a suggestion as an analysis does: see `cutSuggestions`. */
export function judgeSuggestion(
  snapshot: Snapshot,
  { inForce, names }: CompiledPolicies,
  { members, entitlements }: JudgedSuggestion,
  { minCoverage, minEntitlements }: { readonly minCoverage: number; readonly minEntitlements: number },
): SuggestionVerdict {
  const ordinals = Uint32Array.from(entitlements)
  const counts = new CandidateCounter(snapshot, inForce).count(members, ordinals, minCoverage)
  const { kept, leftOut, refusedBy } = cutCandidate(counts, inForce)
  const nameOf = (policy: number | undefined) => (policy === undefined ? undefined : names[policy]!.displayName)
  return {
    kept: kept.map((at) => ordinals[at]!),
    leftOut: leftOut.map((one) => ({ ...one, policyName: names[one.policy]!.displayName })),
    refusedBy: nameOf(refusedBy ?? (kept.length < minEntitlements ? leftOut.at(-1)?.policy : undefined)),
  }
}

function withoutMembers(inForce: CompiledPolicies['inForce']): CompiledPolicies['inForce'] {
  return { ...inForce, sizes: inForce.sizes.map((size) => ({ ...size, fewestMembers: 0 })) }
}

function withoutShares(inForce: CompiledPolicies['inForce']): CompiledPolicies['inForce'] {
  const protection = inForce.protection.filter(({ leastCoverage }) => leastCoverage === undefined)
  return { ...inForce, protection, budgets: [] }
}

/** One pass over the rows of the members, for any number of policies. */
function freshBreaches(
  { rowOffset, rowEntitlement, identityKey }: Snapshot,
  compiled: CompiledPolicies,
  members: Uint32Array,
  entitlements: Uint32Array,
  others: OtherGifts | undefined,
): FreshBreaches[] {
  const { separation } = compiled
  const given = separation.map(({ sides }) => entitlements.reduce((all, e) => all | sides[e]!, 0))
  const asked = given.flatMap((sides, place) => (sides === 0 ? [] : place))
  if (asked.length === 0) return []
  const separated = separatedEntitlements(compiled)
  const found = separation.map(() => [] as number[])
  const held = new Uint8Array(separation.length)
  for (const identity of members.toSorted()) {
    sidesHeld(separated, rowEntitlement, rowOffset[identity]!, rowOffset[identity + 1]!, held)
    const gifts = others?.get(identity)
    if (gifts !== undefined) for (const place of asked) held[place]! |= gifts[place]!
    for (const place of asked) {
      if (held[place] === 3 || (held[place]! | given[place]!) !== 3) continue
      if (!separation[place]!.excepted.has(identityKey[identity]!)) found[place]!.push(identity)
    }
  }
  return separation.flatMap(({ policy }, place) =>
    found[place]!.length === 0 ? [] : { policy, identities: found[place]! },
  )
}

/**
 * The index in `names` of the first policy that forbids a person some access: the person has the other side by grants or by other profiles,
 * and does not violate the policy today. Undefined when no policy forbids it.
 * @param others for each policy of separation, the sides that the person gets from other profiles
 * @param given for each policy of separation, the sides of the new access
 */
export function keptApart(
  { rowOffset, rowEntitlement, identityKey }: Snapshot,
  compiled: CompiledPolicies,
  identity: number,
  others: Uint8Array,
  given: Uint8Array,
): number | undefined {
  const held = new Uint8Array(compiled.separation.length)
  const row = [rowOffset[identity]!, rowOffset[identity + 1]!] as const
  sidesHeld(separatedEntitlements(compiled), rowEntitlement, ...row, held)
  return compiled.separation.find(({ excepted }, place) => {
    const before = held[place]! | others[place]!
    return before !== 3 && (before | given[place]!) === 3 && !excepted.has(identityKey[identity]!)
  })?.policy
}

const reasons: Readonly<Record<PolicyStep, (names: string) => string>> = {
  protected: (names) => `keeps ${names} out of roles`,
  unused: (names) => `does not count ${names}, which none of the members uses`,
  separation: (names) => `separates ${names} from other requested entitlements`,
  budget: (names) => `allows fewer grants to people who lack them; least covered are ${names}`,
  size: (names) => `requires more than ${names}`,
}

/**
 * Refuses a candidate that policies do not allow.
 * @param remedy what a user can do about it, as the end of a sentence
 * @throws failed_precondition (reason POLICY_VIOLATED) with the policy and the entitlements or people concerned
 */
export async function requireAllowed(
  sql: TenantSql,
  snapshot: Snapshot,
  compiled: CompiledPolicies,
  candidate: JudgedCandidate,
  remedy: string,
): Promise<void> {
  await refuseFaults(sql, snapshot, compiled, candidate, judgeCandidate(snapshot, compiled, candidate), remedy)
}

/** A change that is made step by step. */
interface CandidateChange {
  /** Undefined when the change creates the profile. */
  readonly before: JudgedCandidate | undefined
  readonly after: JudgedCandidate
  /** The members are added in parts, and the whole was judged before: policies do not check shares of the members. */
  readonly isPart: boolean
}

/**
 * Refuses a change by hand for violations that it causes, and not for those that existed before. A step need not reach a size, nor a
 * coverage while there are no members.
 * @throws as `requireAllowed`
 */
export async function requireNothingWorse(
  sql: TenantSql,
  snapshot: Snapshot,
  compiled: CompiledPolicies,
  { before, after, isPart }: CandidateChange,
  remedy: string,
): Promise<void> {
  const judge = (candidate: JudgedCandidate): PolicyVerdict => {
    const hasShares = !isPart && candidate.members !== undefined && candidate.members.length > 0
    const asked = hasShares ? compiled : { ...compiled, inForce: withoutShares(compiled.inForce) }
    return { ...judgeCandidate(snapshot, asked, candidate), tooSmallFor: undefined }
  }
  const verdict = judge(after)
  if (!hasFault(verdict)) return
  const brought = before === undefined ? verdict : broughtBy(verdict, judge(before))
  const misnamedFor = before?.name === after.name ? undefined : verdict.misnamedFor
  await refuseFaults(sql, snapshot, compiled, after, { ...brought, misnamedFor }, remedy)
}

function hasFault({ leftOut, tooSmallFor, misnamedFor, freshBreaches }: PolicyVerdict): boolean {
  return leftOut.length + freshBreaches.length > 0 || tooSmallFor !== undefined || misnamedFor !== undefined
}

/** The violations of a verdict that an earlier one does not have. */
function broughtBy(verdict: PolicyVerdict, before: PolicyVerdict): PolicyVerdict {
  const keyOf = ({ policy, step, entitlement }: LeftOut) => `${policy} ${step} ${entitlement}`
  const stood = new Set(before.leftOut.map(keyOf))
  const broke = new Map(before.freshBreaches.map(({ policy, identities }) => [policy, new Set(identities)]))
  return {
    ...verdict,
    leftOut: verdict.leftOut.filter((one) => !stood.has(keyOf(one))),
    freshBreaches: verdict.freshBreaches.flatMap(({ policy, identities }) => {
      const fresh = identities.filter((identity) => !broke.get(policy)?.has(identity))
      return fresh.length === 0 ? [] : { policy, identities: fresh }
    }),
  }
}

async function refuseFaults(
  sql: TenantSql,
  snapshot: Snapshot,
  compiled: CompiledPolicies,
  candidate: JudgedCandidate,
  { leftOut, tooSmallFor, misnamedFor, freshBreaches }: PolicyVerdict,
  remedy: string,
): Promise<void> {
  const [first] = leftOut
  if (first !== undefined) {
    const same = leftOut.filter(({ policy, step }) => policy === first.policy && step === first.step)
    const names = await namesOf(sql, snapshot, same)
    throw refusal(compiled.names[first.policy]!, reasons[first.step](names), remedy)
  }
  if (tooSmallFor !== undefined) {
    const { members, entitlements } = candidate
    const size = `${members === undefined ? '' : `${members.length} members and `}${entitlements.length} entitlements`
    throw refusal(compiled.names[tooSmallFor]!, reasons.size(size), remedy)
  }
  if (misnamedFor !== undefined) {
    const pattern = compiled.namePatterns.find(({ policy }) => policy === misnamedFor)?.pattern
    const says = `requires names that match ${pattern}, which "${candidate.name}" does not`
    throw refusal(compiled.names[misnamedFor]!, says, 'give another name')
  }
  const [breach] = freshBreaches
  if (breach !== undefined) {
    const { length } = breach.identities
    const says = `would be broken by ${length} of the members, who hold something of the other set${candidate.others === undefined ? '' : ' or get it from another access profile'}`
    throw refusal(compiled.names[breach.policy]!, says, `${remedy}, or make exceptions for these people`)
  }
}

function refusal({ id, displayName }: PolicyName, says: string, remedy: string) {
  return failedPrecondition(`policy "${displayName}" ${says}; ${remedy}`, {
    reason: 'POLICY_VIOLATED',
    metadata: { policyId: id, policyName: displayName },
  })
}

const mostNamed = 5

async function namesOf(sql: TenantSql, snapshot: Snapshot, leftOut: readonly LeftOut[]): Promise<string> {
  const keys = leftOut.map(({ entitlement }) => snapshot.entitlementKey[entitlement]!)
  const known = await entitlementsByKey(sql, keys.slice(0, mostNamed))
  const names = keys.slice(0, mostNamed).map((key) => `"${known.get(key)?.id ?? key}"`)
  const more = keys.length - names.length
  return `${listed(names)}${more > 0 ? ` and ${more} more` : ''}`
}
