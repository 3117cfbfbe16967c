import { type Policy, Severity } from '@assay/contracts/assay/policy/v1/policy_pb'
import { enumWords } from '../../kit/enum-words.ts'
import { counted, formatCount } from '../../kit/figures.ts'

export const texts = {
  title: 'Policies',
  looking: 'Looking for policies.',
  none: 'There is no policy: whatever the data support may be proposed.',
  make: 'Make a policy',
  kinds: {
    protectedAccess: {
      title: 'Protected access',
      means: 'Entitlements that come into no role, or only where nearly all hold them.',
    },
    unusedAccess: {
      title: 'Unused access',
      means: 'Access that nobody used for some days does not count, and is listed.',
    },
    separationOfDuties: { title: 'Separation of duties', means: 'Two sets of which nobody holds something of both.' },
    overGrantBudget: { title: 'Over-grant budget', means: 'How much a role may give to people who lack it today.' },
    sizeAndNaming: { title: 'Size and naming', means: 'How small a role may be, and what it may be called.' },
  },
  policies: 'Policies',
  kindIs: (kind: string, isOff: boolean) => `${kind}, ${isOff ? 'switched off' : 'in force'}`,
  ruleIs: (rule: string, isOff: boolean) =>
    `${rule.charAt(0).toUpperCase()}${rule.slice(1)} ${isOff ? 'Switched off' : 'In force'}.`,
  switchOn: 'Switch on',
  switchOff: 'Switch off',
  switchedNamed: (isOff: boolean, name: string) => `${isOff ? 'Switch on' : 'Switch off'}: ${name}`,
  switched: (isOff: boolean, name: string) => `“${name}” is ${isOff ? 'switched off' : 'in force'}.`,
  breaches: 'What the present data hold against them',
  exports: 'Breaches as a file',
  exportCsv: 'Save as CSV',
  exportNdjson: 'Save as JSON lines',
  fileSaved: (name: string) => `${name} is saved.`,
  breachesMeans: 'By person, with what they hold of both sides, under Coverage.',
  toBreaches: 'Show all breaches',
  noBreaches: 'The present data hold nothing against the policies in force.',
  someBreaches: (count: number, more: boolean) =>
    `The present data hold ${more ? 'more than ' : ''}${counted(count, 'breach', 'breaches')} against the policies in force.`,
  mayNot: 'You can see policies, but not change them: this needs the right to administer, for all people.',
  severities: {
    [Severity.UNSPECIFIED]: '',
    [Severity.LOW]: 'low',
    [Severity.MEDIUM]: 'medium',
    [Severity.HIGH]: 'high',
    [Severity.CRITICAL]: 'critical',
  },
} as const

export type KindName = keyof typeof texts.kinds
export const kindNames = Object.keys(texts.kinds) as readonly KindName[]

export function policiesSentence(policies: readonly Policy[]): string {
  if (policies.length === 0) return texts.none
  const off = policies.filter(({ disabled }) => disabled).length
  return `${counted(policies.length, 'policy', 'policies')}, ${off === 0 ? 'all in force' : `${formatCount(off)} switched off`}.`
}

/** A policy in a sentence. */
export function ruleText({ rule, entitlementCount, exceptionCount }: Policy): string {
  switch (rule.case) {
    case 'protectedAccess': {
      const { privileged, fromRiskLevel, fromCoverageBasisPoints } = rule.value
      const what = [
        ...(privileged ? ['what the data call privileged'] : []),
        ...(fromRiskLevel === '' ? [] : [`risk from ${fromRiskLevel} on`]),
        ...(entitlementCount === 0 ? [] : [counted(entitlementCount, 'named entitlement', 'named entitlements')]),
      ].join(', ')
      const when =
        fromCoverageBasisPoints === undefined
          ? 'never comes into a role'
          : `comes into a role only where ${fromCoverageBasisPoints / 100} % of its people hold it`
      return `${what || 'Nothing'}: ${when}.`
    }
    case 'unusedAccess': {
      const { days, applicationIds } = rule.value
      const where =
        applicationIds.length === 0 ? '' : ` in ${counted(applicationIds.length, 'application', 'applications')}`
      return `What was not used for ${counted(days, 'day', 'days')}${where} does not count.`
    }
    case 'separationOfDuties':
      return `${counted(entitlementCount, 'entitlement', 'entitlements')} in two sets, of which nobody holds something of both; ${enumWords(texts.severities, rule.value.severity)}${exceptionCount === 0 ? '' : `, ${counted(exceptionCount, 'exception', 'exceptions')}`}.`
    case 'overGrantBudget': {
      const { mostBasisPoints, mostGrants } = rule.value
      const limits = [
        ...(mostBasisPoints === undefined ? [] : [`${mostBasisPoints / 100} % of its grants`]),
        ...(mostGrants === undefined ? [] : [counted(mostGrants, 'grant', 'grants')]),
      ].join(' and ')
      return `At most ${limits} of a role are new to its people.`
    }
    case 'sizeAndNaming': {
      const { fewestMembers, fewestEntitlements, namePattern } = rule.value
      return `${[
        ...(fewestMembers > 1 ? [`at least ${counted(fewestMembers, 'person', 'people')}`] : []),
        ...(fewestEntitlements > 1 ? [`at least ${counted(fewestEntitlements, 'entitlement', 'entitlements')}`] : []),
        ...(namePattern === '' ? [] : [`a name that matches ${namePattern}`]),
      ].join(', ')}.`
    }
    default:
      return ''
  }
}
