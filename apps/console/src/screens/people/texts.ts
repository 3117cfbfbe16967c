import { type GivenAccess, Role } from '@assay/contracts/assay/people/v1/person_pb'
import { enumWords } from '../../kit/enum-words.ts'
import { counted } from '../../kit/figures.ts'
import { scopeText } from '../settings/texts.ts'

export const texts = {
  title: 'People',
  looking: 'Looking for people.',
  sentence: (count: number, more: boolean) =>
    count === 0
      ? 'Nobody has signed in.'
      : `${more ? 'More than ' : ''}${counted(count, 'person', 'people')} signed in.`,
  issuers: 'Identity providers',
  noIssuer: 'Nobody signs in by an identity provider yet.',
  connect: 'Connect an identity provider',
  connectMeans:
    'Any provider that speaks OpenID Connect: Entra, Okta, Keycloak and others. Register Assay there as a web client. The address to come back to is shown here when the provider is connected.',
  issuerName: 'Name, as it stands behind “Sign in with”',
  issuerAddress: 'Issuer, to the letter as its tokens name it',
  clientId: 'Client id',
  clientSecret: 'Client secret (empty: none; it is never shown again)',
  scopes: 'Further scopes, separated by blanks (empty: none)',
  groupsClaim: 'Claim with the groups (empty: groups)',
  identityClaim: 'Claim that names the identity in the access data (empty: none)',
  identityNames: 'That claim names an identity by',
  byId: 'its id',
  byEmail: 'its mail address',
  contact: 'Whom people without access ask',
  confirmConnect: 'Connect it',
  connected: (name: string) => `“${name}” is connected. Nobody has access by it before some is given.`,
  comesBackTo: 'The provider sends people back to',
  isClient: (id: string) => `Assay is client ${id}`,
  groupsBy: (claim: string) => `groups by ${claim || 'groups'}`,
  identityBy: (claim: string) => `identities by ${claim}`,
  asks: (whom: string) => `without access: ${whom}`,
  remove: 'Remove…',
  removeNamed: (name: string) => `Remove…: ${name}`,
  removeTitle: 'Remove this identity provider?',
  removeMeans: (name: string) =>
    `The people of “${name}”, their sessions and what is given to its groups go with it. That cannot be taken back.`,
  confirmRemove: 'Remove it',
  removed: (name: string) => `“${name}” is removed.`,
  cancel: 'Cancel',
  sessionsTitle: 'Open sessions',
  sessionsList: 'Sessions, the oldest first',
  noSession: 'No session is open.',
  byLink: (client: string) => `by a link of ${client}`,
  began: (time: string) => `began ${time}`,
  used: (time: string) => `used ${time}`,
  endsAt: (time: string) => `ends ${time}`,
  end: 'End it',
  endNamed: (whose: string) => `End it: the session ${whose}`,
  ended: 'It ends within ten seconds.',
  search: 'Search names and mail addresses',
  people: 'People who signed in, by name',
  roles: {
    [Role.UNSPECIFIED]: 'no rule matches',
    [Role.ADMIN]: 'administers: everything',
    [Role.ROLE_MINER]: 'mines and decides',
    [Role.REVIEWER]: 'reads and decides',
    [Role.AUDITOR]: 'reads',
  },
  sessions: (count: number) => counted(count, 'session', 'sessions'),
  lastSeen: (time: string) => `signed in ${time}`,
  outSince: (time: string) => `out since ${time}`,
  groups: (groups: string) => `groups: ${groups}`,
  revoke: 'Take access back',
  revokeNamed: (name: string) => `Take access back from ${name}`,
  restore: 'Let in again',
  restoreNamed: (name: string) => `Let in again: ${name}`,
  revoked: (name: string) => `“${name}” is out; sessions end.`,
  restored: (name: string) => `“${name}” may sign in again.`,
  given: 'What is given',
  givenMeans: 'All that matches somebody holds together: the strongest role, and the people of all scopes.',
  nothingGiven: 'Nothing is given yet, so nobody can sign in.',
  group: (name: string) => `group ${name}`,
  person: (name: string) => `person ${name}`,
  take: 'Take back',
  takeNamed: (name: string) => `Take back: ${name}`,
  taken: 'It is taken back; it counts within ten seconds.',
  give: 'Give access',
  issuer: 'Identity provider',
  to: 'To',
  toGroup: 'a group',
  toPerson: 'a person (mail address)',
  name: 'Name',
  role: 'What they may do',
  whomTheySee: 'Whom they see (empty: everybody)',
  gave: 'It is given; it counts within ten seconds.',
  mayNot: 'People who sign in are an administrator’s.',
} as const

/** `group Sales leads: reads and decides; department: Sales` */
export function givenText({ to, role, scope }: GivenAccess): string {
  const whom = to.case === 'group' ? texts.group(to.value) : texts.person(to.value ?? '')
  return `${whom}: ${enumWords(texts.roles, role)}; ${scopeText(scope)}`
}
