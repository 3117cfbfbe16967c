export const texts = {
  title: 'Candidates',
  search: 'Search names and values',
  order: 'Order',
  acceptMarked: 'Accept marked',
  dismissMarked: 'Dismiss marked',
  withoutReason: 'Of those dismissed here no reason is kept; a candidate’s own page asks for one.',
  reopenMarked: 'Open marked again',
  compareMarked: 'Compare both',
  unmark: 'Take all marks away',
  mayNot: 'Your role reads; it decides nothing.',
  nothing: {
    open: 'No candidate is open.',
    accepted: 'Nothing was accepted yet.',
    dismissed: 'Nothing was dismissed.',
  },
  nothingFound: 'No candidate has these words.',
  withoutWords: 'Show all of them',
} as const
