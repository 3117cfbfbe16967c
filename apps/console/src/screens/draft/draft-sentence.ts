import type { Draft } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { counted } from '../../kit/figures.ts'
import { leftOut } from './edits.ts'

/** What a draft comes to on the data in force, and what is left out of it. */
export function draftSentence({ candidate, edits }: Draft): string {
  const { peopleCount = 0, serviceCount = 0, disabledCount = 0, entitlementCount = 0 } = candidate ?? {}
  const who = [
    counted(peopleCount, 'person', 'people'),
    ...(serviceCount > 0 ? [counted(serviceCount, 'service', 'services')] : []),
    ...(disabledCount > 0 ? [counted(disabledCount, 'disabled person', 'disabled people')] : []),
  ].join(', ')
  const out = leftOut(edits)
  const left = [
    ...(out.access.size > 0 ? [counted(out.access.size, 'entitlement', 'entitlements')] : []),
    ...(out.people.size > 0 ? [counted(out.people.size, 'person', 'people')] : []),
  ]
  const are = out.access.size + out.people.size === 1 ? 'is' : 'are'
  const gone = (candidate?.goneEntitlementCount ?? 0) + (candidate?.goneIdentityCount ?? 0)
  return [
    `${who}, ${counted(entitlementCount, 'entitlement', 'entitlements')}.`,
    ...(left.length > 0 ? [`${left.join(' and ')} ${are} left out by you.`] : []),
    ...(gone > 0 ? [`${counted(gone, 'part of it is', 'parts of it are')} no longer in the data.`] : []),
  ].join(' ')
}
