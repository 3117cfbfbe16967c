import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

const prefix = 'assay-work-'

/** The name of the folder of one job has the machine, the process and its start time, since process numbers repeat. */
const ofThisMachine = `${prefix}${hostname().replaceAll('-', '_')}-`
const began = Math.round(Date.now() - process.uptime() * 1000)
/** Threads of one process compute slightly different start times. */
const sameBeginningMs = 2_000
const ofThisProcess = `${ofThisMachine}${process.pid}-${began}-`

/** Calls `use` with a folder under `parent`, which is created if it does not exist, and removes the folder at the end. */
export async function withWorkingFolder<T>(parent: string, use: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, ofThisProcess))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Removes the folders that killed processes of this machine left. Folders of other machines, which may share `parent`, and of
 * running processes stay. Returns the number of removed folders.
 */
export async function removeLeftFolders(parent: string): Promise<number> {
  const names = await readdir(parent).catch(() => [])
  const left = names.filter(isLeft)
  // A folder of another user cannot be removed and stays; the work continues.
  const removals = left.map((name) => rm(join(parent, name), { recursive: true, force: true }))
  const outcomes = await Promise.allSettled(removals)
  return outcomes.filter(({ status }) => status === 'fulfilled').length
}

function isLeft(name: string): boolean {
  if (!name.startsWith(ofThisMachine)) return false
  const [, pid, start] = /^(\d+)-(\d+)-/.exec(name.slice(ofThisMachine.length)) ?? []
  if (pid === undefined) return false
  // A process with the number of this one and another start time has ended.
  if (Number(pid) === process.pid) return Math.abs(Number(start) - began) > sameBeginningMs
  return !isAlive(Number(pid))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
