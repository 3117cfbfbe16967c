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
} as const
