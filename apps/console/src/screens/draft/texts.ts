import type { Draft } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { counted } from '../../kit/figures.ts'
import { leftOut } from './edits.ts'
import type { TabName } from './search.ts'

export const texts = {
  toList: 'To the drafts',
  gone: 'This draft is not there. Somebody may have deleted it.',
  looking: 'Looking at the draft.',
  name: 'Name',
  rename: 'Save the name',
  saved: 'Saved.',
  saving: 'Saving.',
  parts: 'Parts of the draft',
  nothing: 'It gives nothing.',
  nobody: 'It means nobody.',
  all: 'Keep all of it',
  changedMeanwhile: 'This draft was changed meanwhile, by somebody else or in another tab. Yours is not saved.',
  keepMine: 'Save mine as a separate draft',
  takeTheirs: 'Take theirs',
  actions: 'What to do with it',
  makeProfile: 'Make it a profile…',
  split: 'Split off what is left out',
  compare: 'Compare…',
  remove: 'Delete…',
  removeTitle: 'Delete this draft?',
  removeMeans: 'What it is made of stays. The draft and its history are gone; this cannot be taken back.',
  confirmRemove: 'Delete',
  profileTitle: 'Make an access profile of it?',
  profileMeans:
    'These people become its members, one by one. Services and disabled people are left out. A rule can be written on its page afterwards.',
  profileName: 'Name of the access profile',
  confirmProfile: 'Make the profile',
  tooMany: 'More than 10,000 people: give it a rule on the page of a profile instead.',
  mayNot: 'You can see this draft, but not change it: this needs the right to decide.',
  stale: 'What it is made of was found in other data than those in force.',
  source: 'Source',
  title: 'Draft',
  access: 'Access',
  people: 'People',
  history: 'History',
  madeOf: 'Made of',
  mergedOf: 'Merged of',
  splitOffFrom: 'Split off',
  edited: 'Edited',
  and: ' and ',
  profileMade: (name: string) => `“${name}” is an access profile.`,
  profileDeleted: 'The access profile is deleted.',
} as const

/** The figures of a draft on the data in force, and the number of left-out parts. */
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

export const tabNames: Readonly<Record<TabName, string>> = {
  access: 'Access',
  people: 'People',
  history: 'What it is made of',
}
