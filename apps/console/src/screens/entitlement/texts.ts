import { peopleWords } from '../../kit/count-texts.ts'
export const texts = {
  gone: 'This access is not in the data in force.',
  conditions: 'Who holds it, in words',
  noConditions: 'No attribute describes who holds it.',
  contained: 'What contains it',
  notContained: 'No candidate and no profile contains it.',
  people: 'People',
  which: 'Which people',
  selections: {
    holders: 'who hold it',
    against: 'who hold it against the pattern',
    lacking: 'who lack it, though people like them hold it',
  },
  nobody: 'Nobody.',
  looking: 'Looking at who holds it.',
  holders: (share: string) => `${share} enabled people hold it.`,
  /** @param ofThem the share of the people of a condition. @param ofAll the share of all holders */
  holdIt: (ofThem: string, ofAll: string) => `${ofThem} of them hold it; ${ofAll} of all who hold it`,
  count: (people: number) => `${peopleWords(people)}.`,
  access: 'Access',
  heldBy: 'Held by',
  application: 'Application',
  share: 'Share',
  person: 'Person',
  department: 'Department',
  jobTitle: 'Job title',
} as const
