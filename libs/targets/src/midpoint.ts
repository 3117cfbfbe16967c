import { nameOf, type PublishedEntitlement, type PublishedPerson, type PublishedProfile } from './published-profile.ts'
import { stableId } from './stable-id.ts'
import type { Target } from './target.ts'
import { xmlText } from './xml.ts'

const head = `<?xml version="1.0" encoding="UTF-8"?>
<objects xmlns="http://midpoint.evolveum.com/xml/ns/public/common/common-3"
         xmlns:c="http://midpoint.evolveum.com/xml/ns/public/common/common-3">
`
const foot = '</objects>\n'

/** Roles that induce the roles of their entitlements, and users with their assignments. */
export const midpoint: Target = {
  id: 'midpoint',
  title: 'midPoint roles',
  loses: [
    'Rules: they stand in the documentation of a role, and members are assigned as they are at this moment.',
    'Owners: midPoint assigns them by a relation to a user whose OID it alone knows.',
    'What a role of an entitlement does on a resource: add its construction in midPoint.',
    'Characters that XML cannot hold.',
  ],
  system: { application: 'midpoint', owns: () => true, takes: () => true, takesPerson: () => true },
  files: (profiles) => [
    { name: 'roles.xml', content: () => roles(profiles) },
    { name: 'users.xml', content: () => users(profiles) },
  ],
}

function* roles(profiles: readonly PublishedProfile[]): Generator<string> {
  yield head
  const entitlements = new Map<string, PublishedEntitlement>()
  for (const profile of profiles)
    for (const entitlement of profile.entitlements) entitlements.set(oidOf(entitlement), entitlement)
  const repeated = repeatedNames(profiles, entitlements.values())
  for (const profile of profiles) yield profileRole(profile, repeated)
  for (const [oid, entitlement] of entitlements) yield entitlementRole(oid, entitlement, repeated)
  yield foot
}

function profileRole(profile: PublishedProfile, repeated: ReadonlySet<string>): string {
  const inducements = profile.entitlements.map(
    (entitlement) => `    <inducement><targetRef oid="${oidOf(entitlement)}" type="c:RoleType"/></inducement>\n`,
  )
  return [
    `  <role oid="${xmlText(profile.id)}">\n`,
    element('name', uniqueName(profile.displayName, profile.id, repeated)),
    element('description', profile.description),
    element('documentation', profile.celExpression && `Membership rule (CEL): ${profile.celExpression}`),
    element('displayName', profile.displayName),
    ...inducements,
    '  </role>\n',
  ].join('')
}

function entitlementRole(oid: string, entitlement: PublishedEntitlement, repeated: ReadonlySet<string>): string {
  const { applicationId, applicationDisplayName } = entitlement
  const application = nameOf({ id: applicationId, displayName: applicationDisplayName })
  return [
    `  <role oid="${oid}">\n`,
    element('name', uniqueName(entitlementName(entitlement), oid, repeated)),
    element('description', `An entitlement of ${application}`),
    element('displayName', nameOf(entitlement)),
    '  </role>\n',
  ].join('')
}

/** Users in the order in which profiles first have them as members. */
function* users(profiles: readonly PublishedProfile[]): Generator<string> {
  yield head
  const held = new Map<PublishedPerson, string[]>()
  for (const { id, members } of profiles)
    for (const person of members) {
      const own = held.get(person)
      if (own === undefined) held.set(person, [id])
      else own.push(id)
    }
  for (const [person, ids] of held) yield user(person, ids)
  yield foot
}

function user(person: PublishedPerson, profileIds: readonly string[]): string {
  const assignments = profileIds.map(
    (id) => `    <assignment><targetRef oid="${xmlText(id)}" type="c:RoleType"/></assignment>\n`,
  )
  return [
    `  <user oid="${stableId('user', person.id)}">\n`,
    element('name', person.id),
    ...assignments,
    element('fullName', person.displayName),
    element('emailAddress', person.email),
    '  </user>\n',
  ].join('')
}

/** Empty for an empty text. */
function element(name: string, text: string): string {
  return text === '' ? '' : `    <${name}>${xmlText(text)}</${name}>\n`
}

function oidOf({ applicationId, id }: PublishedEntitlement): string {
  return stableId('entitlement', applicationId, id)
}

function entitlementName({ applicationId, id }: PublishedEntitlement): string {
  return `${applicationId}/${id}`
}

/** midPoint does not allow two roles with the same name. */
function uniqueName(name: string, oid: string, repeated: ReadonlySet<string>): string {
  return repeated.has(comparedName(name)) ? `${name} (${oid.slice(0, 8)})` : name
}

/** A name as midPoint's default configuration compares it: only Latin letters, digits and blanks, ignoring case. */
function comparedName(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/[^\w\s]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}

function repeatedNames(
  profiles: readonly PublishedProfile[],
  entitlements: Iterable<PublishedEntitlement>,
): ReadonlySet<string> {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  const note = (name: string) => void (seen.has(name) ? repeated : seen).add(name)
  for (const { displayName } of profiles) note(comparedName(displayName))
  for (const entitlement of entitlements) note(comparedName(entitlementName(entitlement)))
  return repeated
}
