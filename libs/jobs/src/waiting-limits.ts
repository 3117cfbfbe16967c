import { addJob } from './job-rows.ts'
import { type Jobs, jobs } from './jobs.ts'
import type { Queue } from './queue.ts'

/** Limits of waiting jobs by the name of the queue; they replace those of the queues. */
export type WaitingLimits = ReadonlyMap<string, number>

const most = 1_000_000

/**
 * Parses a text such as `custom-analysis=50,role-model=5`.
 * @throws an Error that says what is wrong and names the kinds that have a limit
 */
export function parseWaitingLimits(text: string | undefined, queues: readonly Queue<object>[]): WaitingLimits {
  const known = queues.filter(({ mostWaiting }) => mostWaiting !== undefined).map(({ name }) => name)
  const limits = new Map<string, number>()
  for (const part of (text ?? '').split(',').filter((one) => one.trim() !== '')) {
    const [, name = '', digits = ''] = /^\s*([^=]*?)\s*=\s*(\d{1,7})\s*$/.exec(part) ?? []
    const limit = Number(digits)
    if (!known.includes(name) || limit < 1 || limit > most) {
      throw new Error(
        `has the part "${part.trim()}": give kinds with a number from 1 to ${most}, such as "${known[0]}=50"; the kinds are ${known.join(', ')}`,
      )
    }
    limits.set(name, limit)
  }
  return limits
}

/** `jobs` with other limits than those of the queues. */
export function withWaitingLimits(limits: WaitingLimits): Jobs {
  return {
    ...jobs,
    enqueue: (sql, queue, payload, key) =>
      addJob(sql, { ...queue, mostWaiting: limits.get(queue.name) ?? queue.mostWaiting }, payload, key),
  }
}
