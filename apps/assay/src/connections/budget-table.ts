import type { ProcessName } from '../processes.ts'
import {
  type ConnectionUse,
  connectionBudget,
  connectionsOf,
  connectionsOfAll,
  connectionsOfCommands,
  type Deployment,
  processNames,
} from './connection-budget.ts'

/** The default of PostgreSQL's `superuser_reserved_connections`. */
const reservedByServer = 3

const columns: readonly { readonly head: string; readonly purposes: readonly ConnectionUse['purpose'][] }[] = [
  { head: 'calls, jobs', purposes: ['calls', 'jobs'] },
  { head: 'queue', purposes: ['queue', 'schedules'] },
  { head: 'listening', purposes: ['listening'] },
  { head: 'checks', purposes: ['checks'] },
]

/** The budget of a deployment as rows of text, the header first. @param pools `ASSAY_DATABASE_CONNECTIONS` of each process that sets it */
export function budgetRows(deployment: Deployment, pools: Partial<Deployment> = {}): string[][] {
  const row = (name: ProcessName) => {
    const each = connectionsOf(name, pools[name])
    const of = (purposes: readonly ConnectionUse['purpose'][]) =>
      connectionBudget[name]
        .filter(({ purpose }) => purposes.includes(purpose))
        .reduce((sum, use) => sum + (isPool(use) ? (pools[name] ?? use.connections) : use.connections), 0)
    return [
      name,
      ...columns.map(({ purposes }) => String(of(purposes))),
      String(each),
      String(deployment[name]),
      String(each * deployment[name]),
    ]
  }
  const heads = ['process', ...columns.map(({ head }) => head), 'one process', 'processes', 'together']
  const all = connectionsOfAll(deployment, pools)
  const empty = columns.map(() => '')
  const count = processNames.reduce((sum, name) => sum + deployment[name], 0)
  return [heads, ...processNames.map(row), ['all', ...empty, '', String(count), String(all)]]
}

function isPool({ variable }: ConnectionUse): boolean {
  return variable === 'ASSAY_DATABASE_CONNECTIONS'
}

/** The least value of `max_connections`: for the processes, for commands that run beside them, and for PostgreSQL's superuser. */
export function leastMaxConnections(deployment: Deployment, pools: Partial<Deployment> = {}): number {
  return connectionsOfAll(deployment, pools) + connectionsOfCommands + reservedByServer
}

/** The rows as aligned columns: the first column to the left, the numbers to the right. */
export function alignedTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
