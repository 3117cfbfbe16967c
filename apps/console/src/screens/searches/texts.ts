import type { MiningSession } from '@assay/contracts/assay/session/v1/mining_session_pb'
import { counted, formatCount } from '../../kit/figures.ts'
import { conditionWords } from '../explore/value-words.ts'

export const texts = {
  title: 'Search by access',
  means:
    'An analysis begins with attributes. A search begins with access: among the people that you choose, it finds groups with the same access, and attributes that describe them.',
  start: 'Start a search',
  counting: 'Counting people.',
  everybody: (count: number) => `The search covers all enabled people, services and machines: ${formatCount(count)}.`,
  some: (count: number) => `The search covers ${counted(count, 'person', 'people')}.`,
  nobody: 'Nobody meets these conditions.',
  few: (count: number, fewest: number) =>
    `The search covers ${counted(count, 'person', 'people')}, so no role can have ${counted(fewest, 'person', 'people')}.`,
  kind: 'What to find',
  kinds: {
    groups: { title: 'Access that groups of them share', means: 'without access that nearly everybody holds' },
    all: { title: 'Access that nearly all of them hold', means: 'one role' },
  },
  fewest: 'Fewest people of a role',
  name: 'Name',
  confirm: 'Search',
  mayNot: 'You can see searches, but not start one: this needs the right to mine.',
  searches: 'Searches, the newest first',
  looking: 'Looking for searches.',
  unnamed: (time: string) => `Search of ${time}`,
  automatic: 'made after an import',
  all: 'All people',
  states: { waiting: 'waiting', running: 'running', failed: 'failed' },
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
