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
} as const
