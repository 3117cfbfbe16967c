import { Severity } from '@assay/contracts/assay/policy/v1/policy_pb'
import { PolicyService } from '@assay/contracts/assay/policy/v1/policy_service_pb'
import { answer, unavailable } from '../../stories/answers.ts'
import { nameAt } from '../../stories/hard-texts.ts'
import type { Stories } from '../../stories/story.ts'

const path = '/coverage?tab=breaches'
const held = (place: number, set: string) => ({ applicationId: 'app-1', entitlementId: `${set}-${place}` })

export const stories: Stories = {
  'breaches by names, some without': {
    path,
    ready: 'More than 100 breaches',
    answers: [
      answer(PolicyService.method.listBreaches, {
        breaches: Array.from({ length: 100 }, (_, place) => {
          const [first, second] = [held(place, 'pay'), held(place, 'approve')]
          return {
            policyId: 'p1',
            policyDisplayName: nameAt(place, 'Pay or approve'),
            severity: Severity.HIGH,
            identityId: `i${place}`,
            identityDisplayName: nameAt(place + 1, 'Ada Lovelace'),
            first: [first],
            second: [second],
            firstCount: place % 5 === 0 ? 27 : 1,
            secondCount: 1,
            entitlementNames: [
              { ...first, applicationDisplayName: 'Ledger', displayName: nameAt(place, 'Pay') },
              // An object that is no longer in the data has no name.
              ...(place % 3 === 0 ? [] : [{ ...second, applicationDisplayName: 'Ledger', displayName: 'Approve' }]),
            ],
          }
        }),
        nextPageToken: 'more',
      }),
    ],
  },
  'no breach': {
    path,
    ready: 'hold nothing against the policies',
    answers: [answer(PolicyService.method.listBreaches, {})],
  },
  'breaches that cannot be read': {
    path,
    ready: 'Try again',
    answers: [answer(PolicyService.method.listBreaches, unavailable)],
  },
}
