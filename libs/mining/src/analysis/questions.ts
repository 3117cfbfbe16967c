import { eachValue } from '../attribute-lists.ts'
import { changesBetween, type SnapshotChanges } from '../change/changes-between.ts'
import { measureRoleHealth, type RoleHealth, type RoleInForce } from '../change/role-health.ts'
import type { CohortFilter } from '../cohort-result.ts'
import type { CohortMiningSettings } from '../cohort-settings.ts'
import { describeHolders, type HolderDescription } from '../insight/describe-holders.ts'
import { type AttributeRanking, rankAttributes } from '../insight/rank-attributes.ts'
import { type Residual, type ResidualQuestion, tellResidual } from '../insight/residual.ts'
import { type CohortVerdict, explainCohort } from '../insight/why/explain-cohort.ts'
import {
  type EntitlementVerdict,
  explainEntitlement,
  explainHolding,
  type HoldingVerdict,
} from '../insight/why/explain-entitlement.ts'
import { rememberedTrace } from '../insight/why/trace-mining.ts'
import type { MatrixOrder, MatrixQuestion } from '../matrix/matrix-question.ts'
import { orderMatrix } from '../matrix/order-matrix.ts'
import { readSnapshot } from '../read-snapshot.ts'
import { measureReadiness, type ReadinessQuestion, type SnapshotReadiness } from '../readiness/measure-readiness.ts'
import type { Snapshot } from '../snapshot.ts'
import { analyseCohort, type CohortAnalysis, consideredEntitlements } from './analyse-cohort.ts'
import { coverageOf } from './coverage.ts'
import { type CohortDescription, describeCohort, type SelectionEffect, selectionEffect } from './describe-cohort.ts'
import { type Facet, facetsOf } from './facets.ts'
import { holdersOfAll } from './holders.ts'
import { type FoundConditions, searchConditions } from './search-conditions.ts'
import { type EntitlementSelection, resolveSelection } from './selection.ts'

/**
 * The questions about a snapshot, mostly about one cohort, which is passed as its members' ordinals. Plain data, so that another thread
 * can answer.
 */
export type CohortQuestion =
  | { readonly kind: 'describe-holders'; readonly entitlements: readonly number[] }
  | { readonly kind: 'rank-attributes'; readonly settings: Partial<CohortMiningSettings> }
  | { readonly kind: 'tell-residual'; readonly about: ResidualQuestion }
  | {
      readonly kind: 'measure-health'
      readonly roles: readonly RoleInForce[]
      readonly residual: Residual
    }
  | { readonly kind: 'measure-readiness'; readonly about: ReadinessQuestion }
  /** `before` is the stored snapshot of an earlier import. */
  | { readonly kind: 'changes-since'; readonly before: SharedArrayBuffer }
  | {
      readonly kind: 'explain-cohort'
      readonly settings: Partial<CohortMiningSettings>
      readonly filters: readonly CohortFilter[]
      readonly entitlement?: number
    }
  | {
      readonly kind: 'explain-entitlement'
      readonly settings: Partial<CohortMiningSettings>
      readonly entitlement: number
    }
  | {
      readonly kind: 'explain-holding'
      readonly settings: Partial<CohortMiningSettings>
      readonly identity: number
      readonly entitlement: number
    }
  | { readonly kind: 'describe-cohort'; readonly filters: readonly CohortFilter[] }
  | {
      readonly kind: 'effect-of-selection'
      readonly filters: readonly CohortFilter[]
      /** Ordinals, without duplicates. */
      readonly selection: readonly number[]
    }
  | {
      readonly kind: 'search-conditions'
      readonly text: string
      readonly attribute?: string
      readonly filters: readonly CohortFilter[]
      /** Values that match regardless of the text. */
      readonly meant: readonly CohortFilter[]
    }
  | { readonly kind: 'order-matrix'; readonly about: MatrixQuestion }
  | { readonly kind: 'analyse'; readonly about: CohortScope; readonly maxFacetValues: number }
  | {
      readonly kind: 'evaluate'
      readonly about: CohortScope
      readonly selection: EntitlementSelection
      /** Undefined means no facets. */
      readonly maxFacetValues?: number
    }
  | {
      readonly kind: 'count-values'
      readonly about: CohortScope
      readonly selection: EntitlementSelection
      readonly attribute: string
      readonly values: readonly string[]
    }

export interface CohortScope {
  readonly members: Uint32Array
  /** Ordinals of the applications to include; undefined means all. */
  readonly applications?: readonly number[]
}

/** The result of a selection. If `outside` is not empty, the selection was refused and the other counts are empty. */
export interface SelectionOutcome {
  readonly outside: readonly number[]
  readonly selectedCount: number
  readonly usersWithAll: number
  /** Facets of exactly those users; empty unless requested. */
  readonly facets: readonly Facet[]
}

export interface ValueCounts {
  readonly outside: readonly number[]
  readonly cohortCount: number
  /** Members who hold the whole selection. */
  readonly coreCount: number
  /** Parallel to the requested values. */
  readonly values: readonly { readonly cohortCount: number; readonly coreCount: number }[]
}

export type CohortAnswer<Question extends CohortQuestion> = {
  'describe-holders': HolderDescription
  'rank-attributes': AttributeRanking
  'tell-residual': Residual
  'measure-health': RoleHealth
  'measure-readiness': SnapshotReadiness
  'changes-since': SnapshotChanges
  'explain-cohort': CohortVerdict
  'explain-entitlement': EntitlementVerdict
  'explain-holding': HoldingVerdict
  'describe-cohort': CohortDescription
  'effect-of-selection': SelectionEffect
  'search-conditions': FoundConditions
  'order-matrix': MatrixOrder
  analyse: CohortAnalysis
  evaluate: SelectionOutcome
  'count-values': ValueCounts
}[Question['kind']]

export function answerQuestion(snapshot: Snapshot, question: CohortQuestion): CohortAnswer<CohortQuestion> {
  if (question.kind === 'describe-holders') return describeHolders(snapshot, question.entitlements)
  if (question.kind === 'rank-attributes') return rankAttributes(snapshot, question.settings)
  if (question.kind === 'tell-residual') return tellResidual(snapshot, question.about)
  if (question.kind === 'measure-health') return measureRoleHealth(snapshot, question.roles, question.residual)
  if (question.kind === 'measure-readiness') return measureReadiness(snapshot, question.about)
  if (question.kind === 'changes-since') return changesBetween(readSnapshot(question.before), snapshot)
  if (question.kind === 'describe-cohort') return describeCohort(snapshot, question.filters)
  if (question.kind === 'effect-of-selection') return selectionEffect(snapshot, question.filters, question.selection)
  if (question.kind === 'search-conditions')
    return searchConditions(snapshot, question.text, question.attribute, question.filters, question.meant)
  if (question.kind === 'order-matrix') return orderMatrix(snapshot, question.about)
  const trace = (settings: CohortMiningSettings) => rememberedTrace(snapshot, settings)
  if (question.kind === 'explain-cohort') return explainCohort(snapshot, question.filters, question, trace)
  if (question.kind === 'explain-entitlement')
    return explainEntitlement(snapshot, question.entitlement, question.settings, trace)
  if (question.kind === 'explain-holding')
    return explainHolding(snapshot, question.identity, question.entitlement, question.settings, trace)
  const { members, applications } = question.about
  if (question.kind === 'analyse') {
    return analyseCohort(snapshot, members, { applications, maxFacetValues: question.maxFacetValues })
  }
  const coverage = coverageOf(snapshot, members, consideredEntitlements(snapshot, applications))
  const { selected, outside } = resolveSelection(coverage, members.length, question.selection)
  const core = outside.length > 0 ? new Uint32Array(0) : holdersOfAll(snapshot, members, selected)
  if (question.kind === 'count-values') {
    const inCohort = countValues(snapshot, members, question.attribute)
    const inCore = countValues(snapshot, core, question.attribute)
    return {
      outside,
      cohortCount: members.length,
      coreCount: core.length,
      values: question.values.map((value) => ({
        cohortCount: inCohort.get(value.trim()) ?? 0,
        coreCount: inCore.get(value.trim()) ?? 0,
      })),
    }
  }
  const { maxFacetValues } = question
  return {
    outside,
    selectedCount: selected.length,
    usersWithAll: core.length,
    facets:
      maxFacetValues === undefined || core.length === 0
        ? []
        : facetsOf(snapshot, core, coverageOf(snapshot, core, consideredEntitlements(snapshot, applications)), {
            maxValues: maxFacetValues,
          }),
  }
}

/** The ordinals of a selection, ascending. `outside` has the named entitlements that no member of the cohort holds. */
export function selectionOf(
  snapshot: Snapshot,
  { members, applications }: CohortScope,
  selection: EntitlementSelection,
): { readonly selected: readonly number[]; readonly outside: readonly number[] } {
  const coverage = coverageOf(snapshot, members, consideredEntitlements(snapshot, applications))
  return resolveSelection(coverage, members.length, selection)
}

/** Counts members by trimmed value, for a list by each of its values; empty for an attribute that the snapshot does not have. */
function countValues(snapshot: Snapshot, members: Uint32Array, key: string): Map<string, number> {
  const counts = new Map<string, number>()
  const attribute = snapshot.attributes.find((one) => one.key === key)
  if (attribute === undefined) return counts
  for (const member of members) {
    const own = new Set<string>()
    eachValue(attribute, member, (ordinal) => own.add(attribute.values[ordinal]!.trim()))
    for (const value of own) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return counts
}
