import { Load_State as State } from '@assay/contracts/assay/source/v1/source_pb'
import { counted, formatCount } from '../../kit/figures.ts'

export const texts = {
  title: 'Data',
  bring: 'Bring files',
  sources: 'Sources',
  none: 'Nothing is loaded yet.',
  neverLoaded: 'Nothing is in force yet',
  waiting: 'Waiting files',
  goOn: 'Continue',
  work: 'Running now',
  /** @param what such as `2,000 people, 48,591 grants; in force since Nov 3, 2026, 10:42` */
  native: (what: string) => `Loaded by the import API. ${what}`,
  scim: 'Connect a SCIM server',
  scimHint:
    'Assay reads users and groups from the server at once, and then once a day. The operator of Assay stores the secrets; enter the name of one.',
  address: 'Address of the server',
  addressExample: 'https://idp.example.com/scim/v2',
  sourceName: 'Name of the source',
  secret: 'Name of the secret (empty if the server asks for none)',
  connect: 'Connect',
  connected: 'The server is being read now.',
  toSource: 'See the progress',
  sourceWrong: 'A source is named by 1 to 64 lower case letters, digits, hyphens, dots and underscores.',
  firstTitle: 'Three ways to begin',
  firstHint: 'Assay needs at least a list of people and a list of who has which access.',
  filesWay: 'Your own files',
  filesHint: 'Choose them here, or drop them anywhere on this page.',
  sampleWay: 'A sample organisation',
  sampleHint: 'Two thousand people who do not exist. Delete it when your own data come.',
  sample: 'Load the sample organisation',
  sampleMaking: 'The sample organisation is being made and sent.',
  noRight: 'Nothing is loaded yet. An administrator brings the data.',
  looking: 'Looking at the sources.',
  sentWithoutLoad: (count: number) =>
    `${counted(count, 'file that was sent belongs', 'files that were sent belong')} to no load yet.`,
  inForceSince: (people: number, grants: number, time: string) =>
    `${counted(people, 'person', 'people')}, ${counted(grants, 'grant', 'grants')}; in force since ${time}`,
  nobodys: (count: number) => `${counted(count, 'account has', 'accounts have')} no person`,
  howMany: (count: number, inForce: number) =>
    count === 1
      ? `1 source, ${inForce === 1 ? 'with data in force' : 'of which nothing is in force yet'}.`
      : `${counted(count, 'source', 'sources')}, ${inForce === count ? 'all' : formatCount(inForce)} with data in force.`,
  readsNow: (address: string) => `It is being read from ${address} now.`,
  readsNext: (address: string, time: string) => `Read from ${address}, next ${time}.`,
  readingFailed: (why: string) => `The last reading failed, and nothing changed: ${why}`,
} as const

export const loadStates: Readonly<Record<State, string>> = {
  [State.UNSPECIFIED]: '',
  [State.OPEN]: 'open',
  [State.READING]: 'being read',
  [State.STAGED]: 'coming into force',
  [State.AWAITING_CONFIRMATION]: 'waits for confirmation',
  [State.COMMITTED]: 'was in force',
  [State.FAILED]: 'refused',
  [State.ABORTED]: 'cancelled',
}
