import { type GivenAccess, Role, type Scope } from '@assay/contracts/assay/people/v1/person_pb'
import { counted } from '../../kit/figures.ts'
import { attributeWords } from '../../kit/words.ts'

export const texts = {
  title: 'People',
  looking: 'Looking for people.',
  sentence: (count: number, more: boolean) =>
    `${more ? 'More than ' : ''}${counted(count, 'person', 'people')} signed in.`,
  noIssuer:
    'Nobody signs in by an identity provider yet. An administrator connects one on the machine of the platform:',
  noIssuerCommand: 'assay issuers add',
  search: 'Search names and mail addresses',
  people: 'People who signed in, by name',
  roles: {
    [Role.UNSPECIFIED]: 'nothing that was given matches',
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
  restoreNamed: (name: string) => `Let ${name} in again`,
  revoked: (name: string) => `“${name}” is out; sessions end.`,
  restored: (name: string) => `“${name}” may sign in again.`,
  more: 'Show more',
  given: 'What is given',
  givenMeans: 'All that matches somebody holds together: the strongest role, and the people of all scopes.',
  nothingGiven: 'Nothing is given yet, so nobody can sign in.',
  group: (name: string) => `group ${name}`,
  person: (name: string) => `person ${name}`,
  seesAll: 'everybody',
  below: (person: string) => `${person} and everybody below`,
  applications: (ids: string) => `in ${ids}`,
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
  gave: 'It is given; it counts within ten seconds.',
  mayNot: 'People who sign in are an administrator’s.',
} as const

/** `group Sales leads: reads and decides; department: Sales` */
export function givenText({ to, role, scope }: GivenAccess): string {
  const whom = to.case === 'group' ? texts.group(to.value) : texts.person(to.value ?? '')
  return `${whom}: ${texts.roles[role]}; ${scopeText(scope)}`
}

function scopeText(scope: Scope | undefined): string {
  if (scope === undefined) return texts.seesAll
  const parts = scope.filters.map(({ attribute, values }) => `${attributeWords(attribute)}: ${values.join(' or ')}`)
  if (scope.managerId !== '') parts.push(texts.below(scope.managerId))
  if (scope.applicationIds.length > 0) parts.push(texts.applications(scope.applicationIds.join(', ')))
  return parts.join('; ')
}
