import { identityNamesByKey } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import { type Exclusions, mostExamples } from './evaluate-batch.ts'
import type { RuleSelection } from './evaluate-membership.ts'
import type { MembershipDifference } from './membership-changes.ts'

/** A group of identities with the same result: their number, and the first ones by key. */
interface OutcomeGroup {
  readonly count: number
  readonly examples: readonly OutcomeExample[]
}

interface OutcomeExample {
  /** A key of the directory. */
  readonly identityKey: number
  /** The reason why the rule excludes the identity; empty in the other groups. */
  readonly reason: string
}

const groupNames = ['selected', 'joining', 'leaving', 'missing', 'failed'] as const
type Groups<Group> = Readonly<Record<(typeof groupNames)[number], Group>>

/** The result of an evaluation as numbers and examples. It is plain, so that it can be stored. */
export interface MembershipOutcome extends Groups<OutcomeGroup> {
  /** Members before the evaluation. */
  readonly memberCount: number
}

/** A `MembershipOutcome` with names instead of keys. */
export interface MembershipPreview extends Groups<PreviewGroup> {
  readonly memberCount: number
}

export interface PreviewGroup {
  readonly count: number
  /** At most three. */
  readonly examples: readonly PreviewExample[]
}

interface PreviewExample {
  readonly identityId: string
  /** May be empty. */
  readonly displayName: string
  readonly reason: string
}

/** The longest message about an excluded identity; it may contain a part of the rule. */
const longestReason = 1_000

export function outcomeOf(
  { memberCount, joining, leaving }: Pick<MembershipDifference, 'memberCount' | 'joining' | 'leaving'>,
  { keys, missing, failed }: RuleSelection,
): MembershipOutcome {
  return {
    memberCount,
    selected: groupOf(keys),
    joining: groupOf(joining),
    leaving: groupOf(leaving),
    missing: excluded(missing),
    failed: excluded(failed),
  }
}

function groupOf(keys: Int32Array): OutcomeGroup {
  const first = Array.from(keys.subarray(0, mostExamples))
  return { count: keys.length, examples: first.map((identityKey) => ({ identityKey, reason: '' })) }
}

function excluded({ count, examples }: Exclusions): OutcomeGroup {
  return {
    count,
    examples: examples.map(({ identityKey, message }) => ({
      identityKey,
      reason: storable(message.slice(0, longestReason)),
    })),
  }
}

/** Without half a surrogate pair and U+0000, which a rule may contain and PostgreSQL does not store. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd')
}

/** Looks up the names of the examples with one statement. An absent outcome has no preview. */
export async function previewsOf<Outcome extends MembershipOutcome | null | undefined>(
  sql: TenantSql,
  outcomes: readonly Outcome[],
): Promise<(MembershipPreview | Exclude<Outcome, MembershipOutcome>)[]> {
  const groups = outcomes.flatMap((outcome) => (outcome ? groupNames.map((name) => outcome[name]) : []))
  const keys = new Set(groups.flatMap(({ examples }) => examples.map(({ identityKey }) => identityKey)))
  const identities = await identityNamesByKey(sql, [...keys])
  const named = ({ count, examples }: OutcomeGroup): PreviewGroup => ({
    count,
    examples: examples.flatMap(({ identityKey, reason }) => {
      const identity = identities.get(identityKey)
      return identity === undefined ? [] : [{ identityId: identity.id, displayName: identity.displayName, reason }]
    }),
  })
  return outcomes.map((outcome) => {
    if (!outcome) return outcome as Exclude<Outcome, MembershipOutcome>
    const entries = groupNames.map((name) => [name, named(outcome[name])] as const)
    return { memberCount: outcome.memberCount, ...(Object.fromEntries(entries) as Groups<PreviewGroup>) }
  })
}
