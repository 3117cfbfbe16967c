import type { WhyService } from '@assay/contracts/assay/insight/v1/why_service_pb'
import { invalidArgument } from '@assay/errors'
import type { SettingValue } from '@assay/mining'
import {
  explainCohortOutcome,
  explainEntitlementOutcome,
  explainHoldingOutcome,
  type LoadedSnapshot,
  type Outcome,
} from '@assay/role-mining'
import { principalOf } from '@assay/server'
import type { TenantSql } from '@assay/store'
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect'
import { asCallerOnSnapshot, namesInConditions, type ServiceContext } from '../service-context.ts'
import { conditionsMessage, entitlementName } from './convert-insight.ts'
import { ruleMessages, settingMessages } from './mining-words.ts'

/** Why the analysis suggests a cohort or an entitlement, or why not. */
export function whyService(service: ServiceContext): ServiceImpl<typeof WhyService> {
  const answer = async (context: HandlerContext, outcome: Outcome) => ({
    ...toMessage(outcome),
    valueNames: await namesInConditions(service, context, outcome.cohorts.flat()),
  })
  const toolsOf = (context: HandlerContext) => ({
    tenantId: principalOf(context).tenantId,
    questions: service.explanations,
    within: <T>(work: (sql: TenantSql, loaded: LoadedSnapshot | undefined) => Promise<T>) =>
      asCallerOnSnapshot(service, context, (sql, _, loaded) => work(sql, loaded)),
    signal: context.signal,
  })
  return {
    explainCohort: async ({ conditions, entitlement }, context) =>
      answer(context, await explainCohortOutcome(toolsOf(context), conditions, entitlement)),

    explainEntitlement: async ({ entitlement }, context) =>
      answer(context, await explainEntitlementOutcome(toolsOf(context), required(entitlement))),

    explainHolding: async ({ identityId, entitlement }, context) =>
      answer(context, await explainHoldingOutcome(toolsOf(context), identityId, required(entitlement))),
  }
}

function required<T>(entitlement: T | undefined): T {
  if (entitlement === undefined) throw invalidArgument('entitlement', 'is required')
  return entitlement
}

function settingChange({ setting, value }: SettingValue) {
  return { setting: settingMessages[setting], value }
}

function toMessage({ rule, people, entitlements, cohorts, settingChanges, attributeChange, ...outcome }: Outcome) {
  return {
    ...outcome,
    rule: ruleMessages[rule],
    sentences: [...outcome.sentences],
    people: BigInt(people),
    cohorts: cohorts.map((filters) => ({ conditions: conditionsMessage(filters) })),
    entitlements: entitlements.map(({ entitlement, verdict }) => ({
      entitlement: entitlementName(entitlement),
      rule: ruleMessages[verdict.rule],
      holders: BigInt(verdict.holders),
      outside: BigInt(verdict.outside),
      outsideHolders: BigInt(verdict.outsideHolders),
      lower: verdict.lower,
      upper: verdict.upper,
      ...(verdict.passes && { passes: settingChange(verdict.passes) }),
    })),
    settingChanges: settingChanges.map(settingChange),
    ...(attributeChange && { attributeChange: { ...attributeChange } }),
  }
}
