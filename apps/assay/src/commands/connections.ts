import { Command } from 'commander'
import { alignedTable, budgetRows, leastMaxConnections } from '../connections/budget-table.ts'
import { processNames } from '../connections/connection-budget.ts'
import { readDeployment } from '../connections/deployment-argument.ts'

/** `assay connections gateway=2 mining=4x20`: the connections to PostgreSQL that a deployment may open. */
export function connectionsCommand(print: (line: string) => void): Command {
  return new Command('connections')
    .description('add up the connections to PostgreSQL that a deployment may open; needs no database')
    .argument(
      '[process=number...]',
      `how many of ${processNames.join(', ')}, 1 where none is named; mining=2x20 for two with ASSAY_DATABASE_CONNECTIONS=20`,
    )
    .option('--json', 'print it as JSON')
    .action((given: readonly string[], { json }: { json?: boolean }) => {
      const { deployment, pools } = readDeployment(given)
      const rows = budgetRows(deployment, pools)
      const least = leastMaxConnections(deployment, pools)
      if (json) {
        print(JSON.stringify({ deployment, pools, rows, leastMaxConnections: least }, undefined, 2))
        return
      }
      for (const line of alignedTable(rows)) print(line)
      print(`max_connections of PostgreSQL has to be at least ${least}: these, 3 for commands, 3 that it reserves.`)
    })
}
