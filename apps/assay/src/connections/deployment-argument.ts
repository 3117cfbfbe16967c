import type { ProcessName } from '../processes.ts'
import { type Deployment, processNames } from './connection-budget.ts'

/**
 * Reads arguments such as `mining=2` and `mining=2x20`: the number of processes, and the connections for calls or jobs in each.
 * @throws Error naming the wrong argument and the valid forms
 */
export function readDeployment(given: readonly string[]): {
  readonly deployment: Deployment
  readonly pools: Partial<Deployment>
} {
  const deployment = Object.fromEntries(processNames.map((name) => [name, 1])) as Record<ProcessName, number>
  const pools: Partial<Record<ProcessName, number>> = {}
  for (const text of given) {
    const [, name = '', count = '', pool] = /^([a-z-]+)=(\d{1,4})(?:x(\d{1,4}))?$/.exec(text) ?? []
    const known = processNames.find((process) => process === name)
    if (known === undefined || Number(pool) === 0) {
      throw new Error(
        `"${text}" is not a number of processes: give for example mining=2, or mining=2x20 for 20 connections each, of ${processNames.join(', ')}`,
      )
    }
    deployment[known] = Number(count)
    if (pool !== undefined) pools[known] = Number(pool)
  }
  return { deployment, pools }
}
