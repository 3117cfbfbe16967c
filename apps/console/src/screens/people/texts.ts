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
  noIssuer: 'No identity provider is connected yet.',
  connect: 'Connect an identity provider',
  connectMeans:
    'Any provider with OpenID Connect: Entra, Okta, Keycloak and others. Register Assay there as a web client. When the provider is connected, this page shows the redirect address for it.',
  issuerName: 'Name, shown after “Sign in with”',
  issuerAddress: 'Issuer, exactly as its tokens name it',
  clientId: 'Client id',
  clientSecret: 'Client secret (empty: none; it is never shown again)',
  scopes: 'Further scopes, separated by blanks (empty: none)',
  groupsClaim: 'Claim with the groups (empty: groups)',
  identityClaim: 'Claim that names the identity in the access data (empty: none)',
  identityNames: 'That claim names an identity by',
  byId: 'its id',
  byEmail: 'its mail address',
  contact: 'Contact for people without access',
  confirmConnect: 'Connect it',
  connected: (name: string) => `“${name}” is connected. Its people have no access until you give it to them.`,
  comesBackTo: 'Redirect address at the provider:',
  isClient: (id: string) => `client id of Assay: ${id}`,
  groupsBy: (claim: string) => `claim with the groups: ${claim || 'groups'}`,
  identityBy: (claim: string) => `claim with the identity: ${claim}`,
  asks: (whom: string) => `people without access ask: ${whom}`,
  remove: 'Remove…',
  removeNamed: (name: string) => `Remove…: ${name}`,
  removeTitle: 'Remove this identity provider?',
  removeMeans: (name: string) =>
    `The people of “${name}”, their sessions and the access given to its groups are removed too. This cannot be undone.`,
  confirmRemove: 'Remove it',
  removed: (name: string) => `“${name}” is removed.`,
  cancel: 'Cancel',
  sessionsTitle: 'Open sessions',
  sessionsList: 'Sessions, the oldest first',
  noSession: 'There is no open session.',
  byLink: (client: string) => `by a link of ${client}`,
  began: (time: string) => `began ${time}`,
  used: (time: string) => `used ${time}`,
  endsAt: (time: string) => `ends ${time}`,
  end: 'End session',
  endNamed: (whose: string) => `End session: ${whose}`,
  ended: 'The session ends within ten seconds.',
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
  outSince: (time: string) => `without access since ${time}`,
  groups: (groups: string) => `groups: ${groups}`,
  revoke: 'Take access away',
  revokeNamed: (name: string) => `Take access away from ${name}`,
  restore: 'Give access again',
  restoreNamed: (name: string) => `Give access again: ${name}`,
  revoked: (name: string) => `“${name}” has no access any more; open sessions end.`,
  restored: (name: string) => `“${name}” may sign in again.`,
  given: 'Given access',
  givenMeans:
    'A person who matches several entries gets the role with the most rights, and sees the people of all these scopes.',
  nothingGiven: 'No access is given yet, so nobody can sign in.',
  group: (name: string) => `group ${name}`,
  person: (name: string) => `person ${name}`,
  take: 'Take away',
  takeNamed: (name: string) => `Take away: ${name}`,
  taken: 'The access is taken away, within ten seconds.',
  give: 'Give access',
  issuer: 'Identity provider',
  to: 'To',
  toGroup: 'a group',
  toPerson: 'a person (mail address)',
  name: 'Name',
  role: 'What they may do',
  whomTheySee: 'Whom they see (empty: everybody)',
  gave: 'The access is given, within ten seconds.',
  mayNot: 'You cannot see who signs in: this needs the right to administer.',
} as const

/** `group Sales leads: reads and decides; department: Sales` */
export function givenText({ to, role, scope }: GivenAccess): string {
  const whom = to.case === 'group' ? texts.group(to.value) : texts.person(to.value ?? '')
  return `${whom}: ${enumWords(texts.roles, role)}; ${scopeText(scope)}`
}
