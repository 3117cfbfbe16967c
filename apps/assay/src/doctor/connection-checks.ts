import type { ServerFacts, SessionCount } from '@assay/store'
import {
  connectionsOf,
  connectionsOfAll,
  type Deployment,
  fewestProcesses,
  processNames,
  processOf,
} from '../connections/connection-budget.ts'
import type { ProcessName } from '../processes.ts'
import { type Finding, ok, warning } from './finding.ts'

const fullShare = 0.8

type Facts = Pick<
  ServerFacts,
  'connections' | 'maxConnections' | 'reservedConnections' | 'databaseConnectionLimit' | 'sessions'
>

/**
 * Compares the open connections, and those that the connected processes may still open, with the limits of the server, the database and the
 * logins. The pool sizes of a process are not known; ASSAY_DATABASE_CONNECTIONS of this environment is used where it is larger than the
 * default.
 */
export function checkConnections(facts: Facts, variables: NodeJS.ProcessEnv = {}): Finding[] {
  const { connections, maxConnections, reservedConnections, databaseConnectionLimit, sessions } = facts
  const room = maxConnections - reservedConnections
  const ours = sessions.filter(({ application }) => processOf(application) !== undefined)
  const processes = fewestProcesses(byApplication(ours), variables)
  const mayOpen = connectionsOfAll(processes, poolsOf(processes, variables))
  const open = sum(ours)
  const planned = connections - open + Math.max(open, mayOpen)
  const words = `${connections} of ${room} are taken${toldProcesses(processes, open, mayOpen)}`
  const findings =
    connections > room * fullShare
      ? [warning('connections', words, `raise max_connections to ${neededFor(planned, facts)}, or ${fewer}`)]
      : planned > room
        ? [
            warning(
              'connections',
              `${words}, which is more than there are`,
              `raise max_connections to ${neededFor(planned, facts)}, or ${fewer}`,
            ),
          ]
        : [ok('connections', words)]
  return [
    ...findings,
    ...(databaseConnectionLimit === undefined || mayOpen <= databaseConnectionLimit
      ? []
      : [
          warning(
            'connections',
            `the database takes ${databaseConnectionLimit}, and these processes may open ${mayOpen}`,
            `give it a connection limit of ${mayOpen}, or ${fewer}`,
          ),
        ]),
    ...checkLogins(ours, variables),
  ]
}

const fewer = 'lower ASSAY_DATABASE_CONNECTIONS of some processes, or put a pooler in between (docs/scaling.md)'

function neededFor(planned: number, { reservedConnections }: Facts): number {
  return Math.ceil((planned + reservedConnections) / fullShare / 10) * 10
}

/** The limit of a login applies to all processes that use it together. */
function checkLogins(ours: readonly SessionCount[], variables: NodeJS.ProcessEnv): Finding[] {
  return [...Map.groupBy(ours, ({ login }) => login)].flatMap(([login, sessions]) => {
    const limit = sessions[0]?.loginLimit
    const processes = fewestProcesses(byApplication(sessions), variables)
    const mayOpen = connectionsOfAll(processes, poolsOf(processes, variables))
    if (limit === undefined || mayOpen <= limit) return []
    return [
      warning(
        'connections',
        `the login "${login}" may have ${limit}, and its processes may open ${mayOpen}`,
        `give it a connection limit of ${mayOpen}, or ${fewer}`,
      ),
    ]
  })
}

function toldProcesses(processes: Deployment, open: number, mayOpen: number): string {
  const kinds = processNames.filter((name) => processes[name] > 0).map((name) => `${processes[name]} ${name}`)
  if (kinds.length === 0) return ''
  return `; ${kinds.join(', ')} (at least) have ${open} and may open ${Math.max(open, mayOpen)}`
}

function poolsOf(processes: Deployment, { ASSAY_DATABASE_CONNECTIONS: given }: NodeJS.ProcessEnv): Partial<Deployment> {
  const pool = Number(given) || 0
  const larger = (name: ProcessName) => connectionsOf(name, pool) > connectionsOf(name)
  const named = processNames.filter((name) => processes[name] > 0 && larger(name)).map((name) => [name, pool])
  return Object.fromEntries(named) as Partial<Deployment>
}

function byApplication(sessions: readonly SessionCount[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { application, connections } of sessions) {
    counts.set(application, (counts.get(application) ?? 0) + connections)
  }
  return counts
}

function sum(sessions: readonly SessionCount[]): number {
  return sessions.reduce((total, { connections }) => total + connections, 0)
}

/** A query of grants selects its partition by a subquery, so PostgreSQL locks the partitions of all tenants, and their indexes. */
const locksOfPartition = 2
const callsAtOnce = 10

export function checkLocks({ lockRoom, grantPartitions, maxConnections }: ServerFacts): Finding[] {
  // Calls that hold the same lock share its entry; two holders of each lock have room.
  const needed = (locksOfPartition * grantPartitions * callsAtOnce) / 2
  if (needed <= lockRoom) return []
  const each = 2 ** Math.ceil(Math.log2((2 * needed) / maxConnections))
  return [
    warning(
      'locks',
      `a call that reads grants takes ${locksOfPartition * grantPartitions} locks, ${locksOfPartition} for each tenant, and there is room for ${lockRoom}: calls may fail when ${callsAtOnce} come at once`,
      `set max_locks_per_transaction = ${each} and restart PostgreSQL (docs/scaling.md)`,
    ),
  ]
}
