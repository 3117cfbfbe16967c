import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'

/**
 * Lets whoever answers calls have the processor first.
 *
 * Linux has a priority for each thread, and those that collect garbage and compile are there before any line of ours;
 * threads that come later inherit it. Where it schedules sessions as groups (`sched_autogroup_enabled`), a process that
 * leads a session, as each does that `npm start` starts, competes as a group, and the group has a priority of its own.
 * Who shares a session, as in a terminal, is left alone. What the system refuses is not worth failing for.
 * @param niceness 0 to 19, the most yielding
 */
export function yieldProcessor(niceness: number): void {
  attempt(() => setPriority(niceness))
  if (process.platform !== 'linux') return
  for (const thread of readdirSync('/proc/self/task')) attempt(() => setPriority(Number(thread), niceness))
  attempt(() => {
    if (leadsSession()) writeFileSync('/proc/self/autogroup', String(niceness))
  })
}

/** By the fourth field after the name in parentheses, the session's id (proc_pid_stat(5)). */
function leadsSession(): boolean {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]) === process.pid
}

/**
 * A thread may have ended, a process yield more already, a kernel have no groups, `/proc` be read-only, another change of
 * a group be too recent.
 */
function attempt(work: () => void): void {
  try {
    work()
  } catch {}
}
