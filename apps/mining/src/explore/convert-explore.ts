import type { CohortDescriptionSchema } from '@assay/contracts/assay/explore/v1/explore_service_pb'
import type { DescribedCohort } from '@assay/role-mining'
import type { MessageInitShape } from '@bufbuild/protobuf'

export function toDescriptionMessage(cohort: DescribedCohort): MessageInitShape<typeof CohortDescriptionSchema> {
  return {
    importId: cohort.importId,
    peopleCount: cohort.people,
    cohortSize: cohort.members,
    entitlements: cohort.entitlements.map(({ details, isRisky, holders, outsideHolders }) => ({
      applicationId: details.applicationId,
      applicationDisplayName: details.applicationDisplayName,
      entitlementId: details.id,
      displayName: details.displayName,
      riskLevel: details.riskLevel,
      risky: isRisky,
      holderCount: holders,
      outsideHolderCount: outsideHolders,
    })),
    furtherEntitlementCount: cohort.furtherCount,
    steps: cohort.steps.map((step) => ({
      holderCount: step.holders,
      entitlementCount: step.entitlementCount,
      gainCount: BigInt(step.gains),
      riskyGainCount: BigInt(step.riskyGains),
      peopleWithAllCount: step.withAll,
      outsideWithAllCount: step.outsideWithAll,
    })),
    riskKnown: cohort.isRiskKnown,
    narrowing: cohort.narrowing.map(({ attribute, value, people, moreShared }) => ({
      attribute,
      value,
      peopleCount: people,
      moreSharedCount: moreShared,
    })),
    celExpression: cohort.celExpression,
    valueNames: cohort.valueNames.map((one) => ({ ...one })),
    unmet: cohort.unmet.map(({ attribute, people, peopleWithout, similar }) => ({
      attribute,
      peopleCount: people,
      peopleWithoutCount: peopleWithout,
      similarValue: similar?.value ?? '',
      similarPeopleCount: similar?.people ?? 0,
    })),
  }
}
