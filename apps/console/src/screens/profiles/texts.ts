import type { AccessProfile } from '@assay/contracts/assay/profile/v1/access_profile_pb'

export const texts = {
  title: 'Profiles',
  none: 'There is no access profile yet. Accept a candidate, and it becomes one.',
  toCandidates: 'To the candidates',
  nouns: ['access profile', 'access profiles'],
  columns: { profile: 'Profile', members: 'Members', access: 'Access', tasks: 'Tasks', rule: 'Rule' },
} as const

/** The state of the rule of a profile, in words. */
export function ruleWords({ celExpression, automationEnabled, automationPauseTime }: AccessProfile): string {
  if (celExpression === '') return 'no rule'
  if (automationPauseTime !== undefined) return 'paused'
  return automationEnabled ? 'follows its rule' : 'rule is off'
}
