import { type MiningSession, MiningSession_State as State } from '@assay/contracts/assay/session/v1/mining_session_pb'
import { SessionService } from '@assay/contracts/assay/session/v1/session_service_pb'
import { createClient } from '@connectrpc/connect'
import { Command, InvalidArgumentError } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'

const client = async () => createClient(SessionService, (await connectToPlatform(readSettings())).transport)

/** `assay sessions`: sessions that mine potential roles from the access of a population. */
export function sessionsCommand(print: (line: string) => void): Command {
  const command = new Command('sessions').description('search for roles by access, among the people of a population')
  command
    .command('list')
    .description('print the sessions, the newest first')
    .action(async () => {
      const sessions = await client()
      for (let pageToken = ''; ; ) {
        const page = await sessions.listSessions({ pageSize: 100, pageToken })
        for (const session of page.sessions) print(lineOf(session))
        if (page.nextPageToken === '') return
        pageToken = page.nextPageToken
      }
    })
  command
    .command('create')
    .description('begin to look for roles')
    .option('--name <name>', 'its name')
    .option('--filter <attribute=value>', 'who is looked at; several values of one attribute are alternatives', filter)
    .option('--tightness <percent>', 'least share of a role that its people hold; prescribed when left out', whole)
    .option('--fewest-people <count>', 'fewest people of a role', whole, 20)
    .option('--count', 'only say how many people are looked at')
    .action(async (options: CreateOptions) => {
      const sessions = await client()
      const filters = Object.entries(options.filter ?? {}).map(([attribute, values]) => ({ attribute, values }))
      if (options.count) {
        const { peopleCount } = await sessions.countPopulation({ population: { filters } })
        print(`${peopleCount} people.`)
        return
      }
      const { name: displayName = '', tightness, fewestPeople } = options
      const session = { displayName, population: { filters }, fewestPeople, kept: true }
      print(
        lineOf(
          await sessions.createSession({ session: { ...session, ...(tightness !== undefined && { tightness }) } }),
        ),
      )
    })
  command
    .command('show <id>')
    .description('print a session, what other tightnesses would come to, and its best roles')
    .action(async (sessionId: string) => {
      const sessions = await client()
      const session = await sessions.getSession({ sessionId })
      print(lineOf(session))
      for (const { tightness, membershipCount, gainCount } of session.tightnessCurve)
        print(`  tightness ${tightness}: ${membershipCount} memberships, ${gainCount} gains`)
      const { potentialRoles } = await sessions.listPotentialRoles({ sessionId })
      for (const { id, displayName, peopleCount, entitlementCount, quality } of potentialRoles)
        print(`  ${id}  ${displayName}: ${peopleCount} people, ${entitlementCount} entitlements, quality ${quality}`)
    })
  command
    .command('delete <id>')
    .description('delete a session with its potential roles; access profiles and drafts made of them stay')
    .action(async (sessionId: string) => {
      await (await client()).deleteSession({ sessionId })
      print(`Deleted ${sessionId}.`)
    })
  return command
}

interface CreateOptions {
  readonly name?: string
  readonly filter?: Readonly<Record<string, string[]>>
  readonly tightness?: number
  readonly fewestPeople: number
  readonly count?: boolean
}

function filter(given: string, before: Readonly<Record<string, string[]>> = {}) {
  const [, attribute, value] = /^([^=]+)=(.+)$/s.exec(given) ?? []
  if (attribute === undefined || value === undefined) throw new InvalidArgumentError('Give attribute=value.')
  return { ...before, [attribute]: [...(before[attribute] ?? []), value] }
}

function whole(given: string): number {
  if (!/^\d{1,9}$/.test(given)) throw new InvalidArgumentError('Give a whole number.')
  return Number(given)
}

function lineOf({ id, displayName, state, peopleCount, readyRoleCount, errorMessage }: MiningSession): string {
  const outcome = state === State.FAILED ? errorMessage : (State[state]?.toLowerCase() ?? `state ${state}`)
  return `${id}  ${displayName || '(no name)'}: ${peopleCount} people, ${readyRoleCount} roles, ${outcome}`
}
