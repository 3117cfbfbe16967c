import { BreachSchema, PolicySchema, Severity } from '@assay/contracts/assay/policy/v1/policy_pb'
import { PolicyPreviewSchema } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { create, type Message, type MessageInitShape } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { policiesSentence, ruleText } from '../policies/texts.ts'
import { draftOf, policyOf } from './rule-draft.ts'
import { heldIds, heldText, previewSentence } from './texts.ts'

const pay = { applicationId: 'erp', entitlementId: 'pay' }
const approve = { applicationId: 'erp', entitlementId: 'approve' }

type Rule = NonNullable<Exclude<MessageInitShape<typeof PolicySchema>, Message>['rule']>

test.each<[Rule, string]>([
  [
    { case: 'protectedAccess', value: { privileged: true, fromRiskLevel: 'high', fromCoverageBasisPoints: 9000 } },
    'what the data call privileged, risk from high on: comes into a role only where 90 % of its people hold it.',
  ],
  [
    { case: 'unusedAccess', value: { days: 90, applicationIds: ['crm'] } },
    'What was not used for 90 days in 1 application does not count.',
  ],
  [
    {
      case: 'separationOfDuties',
      value: {
        first: [pay],
        second: [approve],
        severity: Severity.CRITICAL,
        exceptions: [
          { identityId: 'ada', reason: 'only one', expireTime: timestampFromDate(new Date('2027-01-31T23:59:59Z')) },
        ],
      },
    },
    '0 entitlements in two sets, of which nobody holds something of both; critical.',
  ],
  [
    { case: 'overGrantBudget', value: { mostBasisPoints: 500, mostGrants: 20 } },
    'At most 5 % of its grants and 20 grants of a role are new to its people.',
  ],
  [
    { case: 'sizeAndNaming', value: { fewestMembers: 5, namePattern: '^BR-' } },
    'at least 5 people, a name that matches ^BR-.',
  ],
])('a policy is told, edited and given back as it was: $case', (rule, sentence) => {
  const policy = create(PolicySchema, { id: 'p', etag: 'e', displayName: 'One', rule })
  expect(ruleText(policy)).toBe(sentence)
  const draft = draftOf(policy)
  expect(draft).toBeDefined()
  if (draft !== undefined) expect(create(PolicySchema, policyOf(draft, policy))).toEqual(policy)
})

test('a breach names what is held by its names, by ids where the data have none, and counts what is not listed', () => {
  const named = { ...pay, applicationDisplayName: 'ERP', displayName: 'Pay' }
  const both = create(BreachSchema, {
    first: [pay],
    second: [approve],
    firstCount: 3,
    secondCount: 1,
    entitlementNames: [named],
  })
  expect(heldText(both)).toBe('ERP: Pay, and 2 more and also erp: approve')
  expect(heldIds(both)).toBe('erp: pay, and 2 more and also erp: approve')
  const unused = create(BreachSchema, { first: [pay], firstCount: 1, entitlementNames: [named] })
  expect(heldText(unused)).toBe('ERP: Pay, last used never in the data')
  expect(heldText({ ...unused, lastUsedDay: '2026-01-31' })).toBe('ERP: Pay, last used 2026-01-31')
})

test('a policy is edited by the names of what it has by ids', () => {
  const exceptions = [
    { identityId: 'i1', identityDisplayName: 'Ada', reason: '' },
    { identityId: 'i2', reason: '' },
  ]
  const draft = draftOf(
    create(PolicySchema, {
      rule: { case: 'separationOfDuties', value: { first: [pay], second: [approve], exceptions } },
      entitlementNames: [{ ...pay, applicationDisplayName: 'ERP', displayName: 'Pay' }],
    }),
  )
  expect(draft?.first).toEqual([{ ...pay, name: 'Pay', applicationName: 'ERP' }])
  expect(draft?.second).toEqual([approve])
  expect(draft?.exceptions.map(({ name }) => name)).toEqual(['Ada', 'i2'])
})

test('a trial says what would be smaller, what not proposed, and what the data hold against it', () => {
  const preview = create(PolicyPreviewSchema, { suggestionCount: 40 })
  expect(previewSentence(preview)).toBe(
    'Of 40 open candidates all stay as they are. The present data hold nothing against it.',
  )
  const harsh = create(PolicyPreviewSchema, {
    suggestionCount: 40,
    cutCount: 3,
    refusedCount: 1,
    leftOutCount: 1,
    breachCount: 10_000,
    moreBreaches: true,
  })
  expect(previewSentence(harsh)).toBe(
    'Of 40 open candidates 3 would be smaller and 1 not proposed; 1 entitlement left out. The present data hold more than 10,000 breaches against it.',
  )
})

test('the list says how many are switched off', () => {
  const policy = (disabled: boolean) => create(PolicySchema, { disabled })
  expect(policiesSentence([policy(false), policy(true)])).toBe('2 policies, 1 switched off.')
  expect(policiesSentence([policy(false)])).toBe('1 policy, all in force.')
})
