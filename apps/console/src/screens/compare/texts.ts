import type { ComparedCounts, Comparison } from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import { counted, formatShare } from '../../kit/figures.ts'
import type { CandidateKind } from './reference.ts'
import type { SideName } from './search.ts'

export const texts = {
  title: 'Compare',
  toList: 'To the candidates',
  choose: 'Choose what to compare it with',
  chooseBoth: 'Mark two candidates in the list, or choose them here.',
  search: 'Search names and values',
  noneFound: 'Nothing has these words.',
  same: 'A candidate is not compared with itself: choose another one.',
  gone: 'One of the two is not there any more.',
  counts: 'What they share',
  counted: 'Counted',
  parts: 'What is compared',
  access: 'Access',
  people: 'People',
  pairs: 'Grants',
  sides: 'Which of it',
  nothingHere: 'There is nothing of this kind.',
  merge: 'Merge…',
  keepBoth: 'Keep both',
  swap: 'Other way round',
  other: 'Another one…',
  mergeTitle: 'Merge both into a draft?',
  mergeMeans: 'Both stay as they are. The draft says what it is made of, and can be edited, split or made a profile.',
  mergePeople: 'People of the draft',
  mergeAccess: 'Access of the draft',
  union: 'what either has',
  intersection: 'what both have',
  unionPeople: 'who is meant by either',
  intersectionPeople: 'who is meant by both',
  mergedName: 'Name',
  confirmMerge: 'Merge',
  mayNot: 'You can compare, but not save a draft: this needs the right to decide.',
  comparing: 'Comparing both.',
  isIn: 'In',
  give: (entitlement: string) => `Give ${entitlement}`,
  mean: (person: string) => `Mean ${person}`,
  holds: 'Holds',
  person: 'Person',
  shared: 'Shared',
} as const

/** How much two candidates have in common. */
export function compareSentence({ identities, entitlements }: Comparison): string {
  const [people, access] = [totals(identities), totals(entitlements)]
  if (people.both === people.all && access.both === access.all)
    return `Both are the same: ${counted(people.all, 'person', 'people')}, ${counted(access.all, 'entitlement', 'entitlements')}.`
  const who = people.both === 0 ? 'Nobody' : `${formatShare(people.both, people.all)} people`
  const noun = access.all === 1 ? 'entitlement' : 'entitlements'
  const what = access.both === 0 ? 'no entitlement' : `${formatShare(access.both, access.all)} ${noun}`
  return `${who} and ${what} are in both.`
}

function totals(counts: ComparedCounts | undefined) {
  const { both = 0n, firstOnly = 0n, secondOnly = 0n } = counts ?? {}
  return { both: Number(both), all: Number(both + firstOnly + secondOnly) }
}

export const sideNames: Readonly<Record<SideName, string>> = {
  both: 'In both',
  first: 'Only in A',
  second: 'Only in B',
}

/** The names of the kinds of candidates. */
export const kindNames: Readonly<Record<CandidateKind, string>> = {
  suggestion: 'candidate',
  draft: 'draft',
  profile: 'profile',
  role: 'potential role',
}
