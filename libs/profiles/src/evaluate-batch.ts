import { compileMembershipRule, type MembershipRule } from './membership-rule.ts'
import { type Holdings, type Kind, type Status, Subject } from './subject.ts'

/** What an evaluation needs beside the identities; plain, so that it can be sent to another thread. */
export interface EvaluationPlan {
  readonly expressions: readonly string[]
  /** Who holds what the rules name: identity keys as text, "{1,5,9}", which is how Postgres writes an array. */
  readonly held: readonly {
    readonly applicationId: string
    readonly entitlementId: string | null
    readonly identityKeys: string
  }[]
}

/** One identity of a batch, in the order of the columns that `loadBatch` selects. */
export type IdentityRow = readonly [
  key: number,
  id: string,
  email: string,
  username: string,
  displayName: string,
  department: string,
  jobTitle: string,
  employmentType: string,
  employmentStatus: string,
  managerId: string,
  managerEmail: string | null,
  status: Status,
  type: Kind,
  attributes: Readonly<Record<string, unknown>>,
]

/** A batch as JSON text in, for each rule the keys of the identities it selects out. */
export type BatchEvaluation = (batch: string) => Int32Array[]

/** Prepares the rules of a plan; they were compiled before, when they were stored. */
export function prepareEvaluation(plan: EvaluationPlan): BatchEvaluation {
  const rules = plan.expressions.map((expression) => compileMembershipRule(expression))
  const holdersOf = new Map(plan.held.map((one) => [referenceOf(one), new Set(keysOf(one.identityKeys))]))
  return (batch) => evaluateBatch(rules, holdersOf, JSON.parse(batch) as IdentityRow[])
}

function evaluateBatch(
  rules: readonly MembershipRule[],
  holdersOf: ReadonlyMap<string, ReadonlySet<number>>,
  rows: readonly IdentityRow[],
): Int32Array[] {
  const selected = rules.map((): number[] => [])
  for (const row of rows) {
    const [key] = row
    const holds = (reference: Reference) => holdersOf.get(referenceOf(reference))?.has(key) ?? false
    const subject = subjectOf(row, {
      hasApplication: (applicationId) => holds({ applicationId, entitlementId: null }),
      hasEntitlement: (applicationId, entitlementId) => holds({ applicationId, entitlementId }),
    })
    rules.forEach((rule, index) => {
      // Machines are members only of a profile whose rule says so.
      const isMeant = row[12] === 'human' || rule.namesType
      if (isMeant && rule.selects(subject)) selected[index].push(key)
    })
  }
  return selected.map((keys) => Int32Array.from(keys))
}

function subjectOf(row: IdentityRow, holdings: Holdings): Subject {
  const [, id, email, username, displayName, department, jobTitle, employmentType, employmentStatus, ...rest] = row
  const [managerId, managerEmail, status, type, attributes] = rest
  return new Subject(
    {
      id,
      email,
      username,
      displayName,
      department,
      jobTitle,
      employmentType,
      employmentStatus,
      managerId,
      managerEmail: managerEmail ?? '',
      status,
      type,
      attributes,
    },
    holdings,
  )
}

interface Reference {
  readonly applicationId: string
  readonly entitlementId: string | null
}

function referenceOf({ applicationId, entitlementId }: Reference): string {
  return JSON.stringify([applicationId, entitlementId])
}

function keysOf(array: string): number[] {
  return array === '{}' ? [] : array.slice(1, -1).split(',').map(Number)
}
