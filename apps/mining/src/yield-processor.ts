import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'

const autogroup = '/proc/self/autogroup'

/**
 * Lets whoever answers calls have the processor first.
 *
 * Linux has a priority for each thread, and those that collect garbage and compile are there before any line of ours;
 * threads that come later inherit it. Where it schedules sessions as groups (`sched_autogroup_enabled`), a process that
 * leads a session competes as a group, and the group has a priority of its own.
 * @param niceness 0 to 19, the most yielding
 */
export function yieldProcessor(niceness: number): void {
  if (process.platform !== 'linux') {
    setPriority(niceness)
    return
  }
  for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), niceness)
  if (existsSync(autogroup)) writeFileSync(autogroup, String(niceness))
}
