import { counted, formatCount } from '../../kit/figures.ts'

export const texts = {
  title: 'Start',
  waiting: 'Waits for a decision',
  nothingWaits: 'No candidate is open.',
  data: 'Access data',
  work: 'Goes on now',
  measuring: 'The data are being measured; this takes seconds.',
  analysis: 'Newest analysis',
  noAnalysis: 'Nothing was analysed yet. On the machine where Assay runs: ',
  analyse: 'npm run assay -- mine',
  attention: 'In the data, worth a look',
  nothingToLookAt: 'Nothing in the data needs a look.',
  people: 'People',
  enabled: 'Enabled people',
  entitlements: 'Entitlements',
  usage: 'Use is known until',
  noUsage: 'no data',
  explained: 'Explained at best',
  peopleOf: (count: number) => counted(count, 'person', 'people'),
  showAll: (count: number) => (count === 1 ? 'Show it in the list' : `Show all ${formatCount(count)}`),
} as const
