import type { MiningSession, SessionTightness } from '@assay/contracts/assay/session/v1/mining_session_pb'
import { counted, formatCount } from '../../kit/figures.ts'

export const texts = {
  looking: 'Looking at the search.',
  gone: 'This search was deleted, or never existed.',
  all: 'All searches',
  work: 'Progress',
  found: (ready: number, all: number) => `${formatCount(ready)} of ${counted(all, 'role', 'roles')} found`,
  failed: 'The search ended without a result',
  nothing: 'No group of people shares enough access. A smaller number of people in a role may find more.',
  again: 'Search again with',
  fewest: 'Fewest people of a role',
  searchAgain: 'Search again',
  askedAgain: 'The search has started again with your choice.',

  tightness: 'How tight roles are',
  tightnessMeans: 'Looser: more people, who share less. Tighter: fewer people, with more in common.',
  looser: 'looser',
  tighter: 'tighter',
  share: 'Least share of a role that its people hold',
  shareWords: (percent: number) => `${percent} %`,
  use: (percent: number) => `Use ${percent} %`,
  asSuggested: (percent: number) => `As the data suggest (${percent} %)`,
  curve: 'People in roles, by tightness',

  roles: 'Potential roles',
  role: 'Role',
  people: 'People',
  entitlements: 'Entitlements',
  complete: 'Already granted',
  state: 'State',
  states: {
    open: 'open',
    pending: 'is being made a profile',
    provisioned: 'a profile',
    failed: 'no profile could be made',
    dismissed: 'dismissed',
  },
  toProfile: 'profile',
  mark: 'Mark',
  markNamed: (name: string) => `Mark ${name}`,

  keep: 'Keep this search',
  keepMeans: 'Otherwise Assay deletes it 30 days after its last change, unless somebody has worked on its roles.',
  delete: 'Delete',
  deleteTitle: 'Delete this search?',
  deleteMeans: 'Its potential roles are deleted too. Access profiles and drafts that were made of them stay.',
  confirmDelete: 'Delete it',
  cancel: 'Cancel',
  deleted: 'The search is deleted.',
} as const

/** The sentence that describes the screen. */
export function searchSentence({ peopleCount, readyRoleCount, tightness, prescribedTightness }: MiningSession): string {
  const found = `${counted(peopleCount, 'person', 'people')}: ${counted(readyRoleCount, 'potential role', 'potential roles')}.`
  if (tightness !== undefined) return `${found} A member holds at least ${tightness} % of a role, as you chose.`
  if (prescribedTightness === undefined) return found
  return `${found} A member holds at least ${prescribedTightness} % of a role, as the data suggest.`
}

/** A sentence about the effect of a tightness, compared with the one in force. */
export function tightnessSentence(point: SessionTightness, present: SessionTightness | undefined): string {
  const { tightness, membershipCount, gainCount } = point
  const places = `At ${tightness} %: ${counted(membershipCount, 'membership', 'memberships')} of roles`
  const gains =
    gainCount === 0n
      ? 'no member lacks anything'
      : `whose members lack ${counted(Number(gainCount), 'grant', 'grants')}`
  const difference = present === undefined ? 0 : membershipCount - present.membershipCount
  const beside =
    difference === 0
      ? ''
      : ` That is ${counted(Math.abs(difference), 'membership', 'memberships')} ${difference > 0 ? 'more' : 'fewer'} than now.`
  return `${places}, ${gains}.${beside}`
}
