import { identityNamesByKey } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import type { RuleSelection } from './evaluate-membership.ts'
import type { MembershipDifference } from './membership-changes.ts'

/** Identities that share a fate: how many there are, and the first few by key. */
interface OutcomeGroup {
  readonly count: number
  readonly examples: readonly OutcomeExample[]
}

interface OutcomeExample {
  /** A key of the directory. */
  readonly identityKey: number
  /** Why the rule excludes the identity; empty in the other groups. */
  readonly reason: string
}

type GroupName = 'selected' | 'joining' | 'leaving' | 'missing' | 'failed'

/** The result of an evaluation in numbers and examples. Plain, so that it can be stored. */
export interface MembershipOutcome extends Readonly<Record<GroupName, OutcomeGroup>> {
  /** Members before the evaluation. */
  readonly memberCount: number
}

/** A `MembershipOutcome` for people: with names instead of keys. */
export interface MembershipPreview extends Readonly<Record<GroupName, PreviewGroup>> {
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

const mostExamples = 3
/** Of a message about an excluded identity; the rule itself may be part of it. */
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

function excluded({ count, examples }: RuleSelection['missing']): OutcomeGroup {
  return {
    count,
    examples: examples
      .slice(0, mostExamples)
      .map(({ identityKey, message }) => ({ identityKey, reason: storable(message.slice(0, longestReason)) })),
  }
}

/** Without half a character and U+0000, which a rule may quote and PostgreSQL does not store. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd')
}

/** Looks up the names of the examples, all of them in one statement. */
export async function previewsOf(sql: TenantSql, outcomes: readonly MembershipOutcome[]): Promise<MembershipPreview[]> {
  const keys = new Set(
    outcomes.flatMap((outcome) => groupsOf(outcome).flatMap(({ examples }) => examples.map((one) => one.identityKey))),
  )
  const identities = await identityNamesByKey(sql, [...keys])
  const named = ({ count, examples }: OutcomeGroup): PreviewGroup => ({
    count,
    examples: examples.flatMap(({ identityKey, reason }) => {
      const identity = identities.get(identityKey)
      return identity === undefined ? [] : [{ identityId: identity.id, displayName: identity.displayName, reason }]
    }),
  })
  return outcomes.map(({ memberCount, selected, joining, leaving, missing, failed }) => ({
    memberCount,
    selected: named(selected),
    joining: named(joining),
    leaving: named(leaving),
    missing: named(missing),
    failed: named(failed),
  }))
}

function groupsOf({ selected, joining, leaving, missing, failed }: MembershipOutcome): readonly OutcomeGroup[] {
  return [selected, joining, leaving, missing, failed]
}
