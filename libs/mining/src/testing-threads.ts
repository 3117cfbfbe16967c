import { readdirSync, readFileSync } from 'node:fs'

/** The number of threads of this process with that name; works on Linux only. */
export function threadsNamed(name: string): number {
  const tasks = '/proc/self/task'
  return readdirSync(tasks).filter((id) => nameOf(`${tasks}/${id}/comm`) === name).length
}

/** Undefined for a thread that ended while the list was read. */
function nameOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
