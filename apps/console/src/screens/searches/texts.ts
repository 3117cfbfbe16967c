import type { MiningSession } from '@assay/contracts/assay/session/v1/mining_session_pb'
import { counted, formatCount } from '../../kit/figures.ts'
import { conditionWords } from '../explore/value-words.ts'

export const texts = {
  title: 'Search by access',
  means:
    'An analysis begins with attributes. A search begins with access: it finds who holds the same, among the people that you choose, and what describes them.',
  start: 'Who is looked at, and for what',
  counting: 'Counting people.',
  everybody: (count: number) =>
    `Everybody who is enabled is looked at, with services and machines: ${formatCount(count)}.`,
  some: (count: number) => `${counted(count, 'person is', 'people are')} looked at.`,
  nobody: 'Nobody meets these conditions.',
  few: (count: number, fewest: number) =>
    `${counted(count, 'person is', 'people are')} looked at; no role can have ${counted(fewest, 'person', 'people')}.`,
  kind: 'What is looked for',
  kinds: {
    groups: { title: 'What groups of them share', means: 'without what nearly everybody holds' },
    all: { title: 'What nearly all of them hold', means: 'one role' },
  },
  fewest: 'Fewest people of a role',
  name: 'Name',
  confirm: 'Search',
  mayNot: 'Your role reads; it starts no search.',
  searches: 'Searches, the newest first',
  looking: 'Looking for searches.',
  unnamed: (time: string) => `Search of ${time}`,
  automatic: 'made after an import',
  all: 'All people',
  states: { waiting: 'waits for its turn', running: 'goes on', failed: 'failed' },
  people: (count: number) => counted(count, 'person', 'people'),
  roles: (count: number) => counted(count, 'potential role', 'potential roles'),
} as const

/** `department: Sales or Finance; location: Berlin` */
export function populationText({ population, valueNames }: MiningSession): string {
  const parts = (population?.filters ?? []).map((filter) => conditionWords(valueNames, filter))
  const { identityIds = [], criteria = '' } = population ?? {}
  if (identityIds.length > 0) parts.push(texts.people(identityIds.length))
  if (criteria !== '') parts.push(criteria)
  return parts.length === 0 ? texts.all : parts.join('; ')
}
