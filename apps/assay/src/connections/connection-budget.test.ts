import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { connectionsCommand } from '../commands/connections.ts'
import { budgetRows } from './budget-table.ts'
import { connectionBudget, connectionsOf, fewestProcesses, processOf } from './connection-budget.ts'
import { readDeployment } from './deployment-argument.ts'

const one = { gateway: 1, mining: 1, 'mining-worker': 1, 'iai-sessions': 1 }

test('a deployment is told in processes and their connections, and what is no number of processes is refused', () => {
  expect(readDeployment([])).toEqual({ deployment: one, pools: {} })
  expect(readDeployment(['mining=2x20', 'gateway=0'])).toEqual({
    deployment: { ...one, mining: 2, gateway: 0 },
    pools: { mining: 20 },
  })
  for (const wrong of [
    'mining',
    'mining=',
    'miner=2',
    'mining=2x0',
    'mining=2x00',
    'mining=-1',
    'mining=2x',
    'mining=99999',
  ]) {
    expect(() => readDeployment([wrong])).toThrow(`"${wrong}" is not a number of processes`)
  }
})

test('the command adds up what each process opens', async () => {
  const lines: string[] = []
  await connectionsCommand((line) => lines.push(line)).parseAsync(['gateway=2', 'mining=2x20'], { from: 'user' })
  expect(lines.map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
    'process calls, jobs queue listening checks one process processes together',
    'gateway 5 0 0 1 6 2 12',
    'mining 20 0 1 2 23 2 46',
    'mining-worker 6 5 1 1 13 1 13',
    'iai-sessions 10 5 1 2 18 1 18',
    'all 6 89',
    'max_connections of PostgreSQL has to be at least 95: these, 3 for commands, 3 that it reserves.',
  ])
})

test('connections tell whose they are, and how many processes there are at least', () => {
  expect(processOf('assay-mining-worker-queue-leases')).toBe('mining-worker')
  expect(processOf('assay-doctor')).toBeUndefined()
  const seen = new Map([
    ['assay-gateway', 6],
    ['assay-mining', 10],
    ['assay-mining-worker-queue-leases', 3],
    ['psql', 40],
  ])
  expect(fewestProcesses(seen)).toEqual({ gateway: 2, mining: 1, 'mining-worker': 3, 'iai-sessions': 0 })
  // With larger pools, one process may have opened all of these connections.
  expect(fewestProcesses(seen, { ASSAY_DATABASE_CONNECTIONS: '20' }).gateway).toBe(1)
  for (const uses of Object.values(connectionBudget)) {
    expect(new Set(uses.map(({ application }) => application)).size).toBe(uses.length)
  }
})

test('the table of docs/operating.md is the budget', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/operating.md'), 'utf8')
  const cells = budgetRows(one).slice(0, -1)
  for (const row of cells) expect(page).toContain(`| ${row.slice(0, 6).join(' | ')} |`)
  expect(connectionsOf('mining', 20)).toBe(23)
})
