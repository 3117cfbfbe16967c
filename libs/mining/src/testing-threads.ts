import { readdirSync, readFileSync } from 'node:fs'

/** How many threads of this process have that name; Linux alone tells. */
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
