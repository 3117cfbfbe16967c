import {
  type CandidateEdits,
  type CandidateRule,
  type Combination,
  type ComparedCounts,
  type ComparedSide,
  type Draft,
  type DraftStep,
  type DraftStepKind,
  draftEtag,
  type HeldEntitlement,
} from '@assay/candidates'
import type { CandidateEditsSchema, CandidateRuleSchema } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import {
  type CandidateEntitlementSchema,
  Combination as CombinationMessage,
  type DraftStepSchema,
  DraftStep_Kind as Kind,
  ComparedSide as Side,
} from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { invalidArgument } from '@assay/errors'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { candidateKinds } from './kind-messages.ts'

/** @param nameOf the name of a user by its id; empty for an unknown user */
export function toDraftMessage(draft: Draft, nameOf: (id: string) => string) {
  const { edits } = draft.definition
  return {
    id: draft.id,
    displayName: draft.displayName,
    ...(edits && { edits: toEditsMessage(edits) }),
    etag: draftEtag(draft),
    createdBy: draft.createdBy,
    createdByDisplayName: nameOf(draft.createdBy),
    createTime: timestampFromDate(draft.createdAt),
    updatedBy: draft.updatedBy,
    updatedByDisplayName: nameOf(draft.updatedBy),
    updateTime: timestampFromDate(draft.updatedAt),
  }
}

const kinds: Readonly<Record<DraftStepKind, Kind>> = {
  created: Kind.CREATED,
  merged: Kind.MERGED,
  split: Kind.SPLIT,
  edited: Kind.EDITED,
}

export function toStepMessage(
  step: DraftStep,
  nameOf: (id: string) => string,
): MessageInitShape<typeof DraftStepSchema> {
  return {
    kind: kinds[step.kind],
    madeBy: step.madeBy,
    madeByDisplayName: nameOf(step.madeBy),
    makeTime: timestampFromDate(step.madeAt),
    importId: step.importId,
    sources: step.sources.map((source) => ({ ...source, kind: candidateKinds[source.kind] })),
    entitlementCount: step.entitlementCount,
    identityCount: step.identityCount,
    ...(step.edits && { edits: toEditsMessage(step.edits) }),
  }
}

function toEditsMessage(edits: CandidateEdits): MessageInitShape<typeof CandidateEditsSchema> {
  return {
    ...(edits.displayName !== undefined && { displayName: edits.displayName }),
    addedEntitlements: [...edits.addedEntitlements],
    removedEntitlements: [...edits.removedEntitlements],
    ...(edits.rule && { rule: toRuleMessage(edits.rule) }),
    addedIdentityIds: [...edits.addedIdentityIds],
    removedIdentityIds: [...edits.removedIdentityIds],
  }
}

function toRuleMessage(rule: CandidateRule): MessageInitShape<typeof CandidateRuleSchema> {
  switch (rule.kind) {
    case 'filters': {
      const filters = rule.filters.map(({ attribute, values }) => ({ attribute, values: [...values] }))
      return { rule: { case: 'filters', value: { filters } } }
    }
    case 'cel':
      return { rule: { case: 'celExpression', value: rule.expression } }
    case 'identities':
      return { rule: { case: 'identities', value: { identityIds: [...rule.identityIds] } } }
  }
}

export function toEntitlementMessage(one: HeldEntitlement): MessageInitShape<typeof CandidateEntitlementSchema> {
  return {
    applicationId: one.applicationId,
    applicationDisplayName: one.applicationDisplayName,
    entitlementId: one.id,
    displayName: one.displayName,
    riskLevel: one.riskLevel,
    holderCount: one.holders,
    peopleCount: one.people,
  }
}

export function toComparedMessage({ both, firstOnly, secondOnly, similarity }: ComparedCounts) {
  return { both: BigInt(both), firstOnly: BigInt(firstOnly), secondOnly: BigInt(secondOnly), similarity }
}

export function fromCombination(message: CombinationMessage): Combination {
  return message === CombinationMessage.INTERSECTION ? 'intersection' : 'union'
}

/** @throws invalid_argument for UNSPECIFIED and for unknown numbers */
export function fromSide(side: Side): ComparedSide {
  switch (side) {
    case Side.BOTH:
      return 'both'
    case Side.FIRST_ONLY:
      return 'first_only'
    case Side.SECOND_ONLY:
      return 'second_only'
    default:
      throw invalidArgument('side', 'must be BOTH, FIRST_ONLY or SECOND_ONLY')
  }
}
