import type { ProfileDrift } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'

/** Why the rule of a profile does not decide on its members now, in its parts; empty when it does, or when there is no rule. */
export function ruleParts({
  ruleMatchesNobody,
  rulePaused,
}: Pick<ProfileDrift, 'ruleMatchesNobody' | 'rulePaused'>): readonly string[] {
  return [...(ruleMatchesNobody ? ['its rule matches nobody'] : []), ...(rulePaused ? ['its rule is paused'] : [])]
}
