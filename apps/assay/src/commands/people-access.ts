import { type PersonRole, personRoles } from '@assay/auth'
import { IssuerService } from '@assay/contracts/assay/people/v1/issuer_service_pb'
import { PeopleService } from '@assay/contracts/assay/people/v1/people_service_pb'
import { type GivenAccess, type Person, Role as RoleMessage } from '@assay/contracts/assay/people/v1/person_pb'
import { timestampDate } from '@bufbuild/protobuf/wkt'
import { Code, ConnectError, createClient } from '@connectrpc/connect'
import { type Command, Option } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { scopeInWords } from './client-scope.ts'
import { valuesByName } from './clients.ts'

type Print = (line: string) => void

interface GrantOptions {
  readonly group?: string
  readonly role: PersonRole
  readonly issuer?: string
  readonly filter?: Readonly<Record<string, readonly string[]>>
  readonly manager?: string
  readonly application?: readonly string[]
}

async function clients() {
  const { transport } = await connectToPlatform(readSettings())
  return { people: createClient(PeopleService, transport), issuers: createClient(IssuerService, transport) }
}

const roleMessages: Readonly<Record<PersonRole, RoleMessage>> = {
  admin: RoleMessage.ADMIN,
  'role-miner': RoleMessage.ROLE_MINER,
  reviewer: RoleMessage.REVIEWER,
  auditor: RoleMessage.AUDITOR,
}
const roleWords = new Map(Object.entries(roleMessages).map(([word, message]) => [message, word]))

/** `assay people list|grant|revoke|restore|sessions`: the people who sign in to the console, their access and sessions. */
export function addAccessCommands(people: Command, print: Print): void {
  people
    .command('list')
    .description('print who signed in, and the access of groups and people')
    .option('--text <text>', 'only people with this in the name or the mail address', '')
    .action(async ({ text }: { text: string }) => {
      const { people: service } = await clients()
      for (const one of (await service.listGivenAccess({})).access) print(accessLine(one))
      for (let pageToken = ''; ; ) {
        const page = await service.listPeople({ text, pageSize: 100, pageToken })
        for (const one of page.people) print(personLine(one))
        if (page.nextPageToken === '') return
        pageToken = page.nextPageToken
      }
    })
  people
    .command('grant')
    .description('give access to a person, or to a group of the provider; a repeated call changes it')
    .argument('[person]', 'mail address, or subject at the provider')
    .option('--group <group>', 'exactly as the provider names it')
    .addOption(new Option('--role <role>', 'what they may do').choices([...personRoles]).makeOptionMandatory())
    .option('--issuer <id>', 'whose group or person; by default the only provider there is')
    .option(
      '--filter <attribute=value>',
      'they see people with it; several values of one are alternatives',
      valuesByName,
    )
    .option('--manager <id>', 'they see that person and everybody below')
    .option('--application <id...>', 'only access in these applications is visible')
    .action(async (person: string | undefined, options: GrantOptions) => grant(person, options, print))
  people
    .command('revoke')
    .description('remove access: of a person whatever the groups give, or the access of a group')
    .argument('[person]', 'mail address, or id as `list` prints it')
    .option('--group <group>', 'exactly as in people grant')
    .action(async (person: string | undefined, { group }: { group?: string }) => revoke(person, group, print))
  people
    .command('restore')
    .description('let groups give access to a person again')
    .argument('<person>', 'mail address, or id as `list` prints it')
    .action(async (personId: string) => print(personLine(await (await clients()).people.restorePerson({ personId }))))
  people
    .command('sessions')
    .description('print the running sessions of the console, oldest first, or end one')
    .option('--end <id>', 'end this one')
    .action(async ({ end }: { end?: string }) => {
      const { people: service } = await clients()
      if (end !== undefined) {
        await service.endSession({ sessionId: end })
        return print(`${end} has ended.`)
      }
      for (let pageToken = ''; ; ) {
        const page = await service.listSessions({ pageSize: 100, pageToken })
        for (const { id, personId, clientId, signInTime, useTime } of page.sessions) {
          const [since, used] = [signInTime, useTime].map((one) => one && timestampDate(one).toISOString())
          print([id, personId || clientId, `since ${since}`, `used ${used}`].join('\t'))
        }
        if (page.nextPageToken === '') return
        pageToken = page.nextPageToken
      }
    })
}

async function grant(person: string | undefined, options: GrantOptions, print: Print): Promise<void> {
  const { group, role, filter = {}, manager = '', application = [] } = options
  if ((person === undefined) === (group === undefined)) throw new Error('Give a person, or --group and a group')
  const { people, issuers } = await clients()
  const issuerId = options.issuer ?? onlyOne((await issuers.listIssuers({})).issuers.map(({ id }) => id))
  const filters = Object.entries(filter).map(([attribute, values]) => ({ attribute, values: [...values] }))
  const isBounded = filters.length + application.length > 0 || manager !== ''
  const given = await people.giveAccess({
    access: {
      issuerId,
      to: group === undefined ? { case: 'person', value: person ?? '' } : { case: 'group', value: group },
      role: roleMessages[role],
      ...(isBounded && { scope: { filters, managerId: manager, applicationIds: [...application] } }),
    },
  })
  print(accessLine(given))
  // Giving access to a person ends an earlier revocation.
  if (person !== undefined) await people.restorePerson({ personId: person }).catch(unlessNobody)
}

async function revoke(person: string | undefined, group: string | undefined, print: Print): Promise<void> {
  if ((person === undefined) === (group === undefined)) throw new Error('Give a person, or --group and a group')
  const { people } = await clients()
  const { access } = await people.listGivenAccess({})
  const value = group ?? person?.toLowerCase()
  const theirs = access.filter(({ to }) => to.case === (group === undefined ? 'person' : 'group') && to.value === value)
  for (const { id } of theirs) await people.takeAccess({ accessId: id })
  if (group !== undefined) {
    if (theirs.length === 0) throw new Error(`The group "${group}" has no access`)
    return print(
      `The group ${group} has no access any more; people without other access are signed out within ten seconds.`,
    )
  }
  const known = await people.revokePerson({ personId: person ?? '' }).catch(async (error: unknown) => {
    unlessNobody(error)
    const { people: alike } = await people.listPeople({ text: value ?? '', pageSize: 100 })
    const ids = alike.filter(({ email }) => email === value).map(({ id }) => id)
    if (ids.length > 1)
      throw new Error(`${ids.length} people have the mail address ${person}; revoke each by its id: ${ids.join(', ')}`)
    // A person who never signed in has only the access that was given to that person.
    if (theirs.length === 0) throw error
  })
  print(known === undefined ? `${person} has no access any more.` : personLine(known))
}

/** Ignores that the person never signed in, and rethrows every other error. */
function unlessNobody(error: unknown): void {
  if (!(error instanceof ConnectError) || error.code !== Code.NotFound) throw error
}

function onlyOne(ids: readonly string[]): string {
  const [id] = ids
  if (id !== undefined && ids.length === 1) return id
  throw new Error(
    ids.length === 0 ? 'There is no provider yet: assay issuers add' : 'There are several providers: give --issuer',
  )
}

function accessLine({ id, to, role, scope }: GivenAccess): string {
  const sees =
    scope === undefined
      ? 'sees everybody'
      : `sees ${scopeInWords({ ...scope, managerId: scope.managerId || undefined })}`
  return [`${to.case} ${to.value}`, roleWords.get(role), sees, id].join('\t')
}

function personLine(person: Person): string {
  const { id, displayName, email, role, groups, identityId, signInTime, revokeTime } = person
  return [
    displayName,
    email || 'no mail address',
    revokeTime === undefined ? (roleWords.get(role) ?? 'no access') : 'revoked',
    ...(identityId === '' ? [] : [`is ${identityId}`]),
    `groups ${groups.join(', ') || 'none'}`,
    `signed in ${signInTime && timestampDate(signInTime).toISOString()}`,
    id,
  ].join('\t')
}
