import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

const prefix = 'assay-work-'

/** Where files of one job lie, by the machine, the process and when that began: process numbers come again. */
const ofThisMachine = `${prefix}${hostname().replaceAll('-', '_')}-`
const began = Math.round(Date.now() - process.uptime() * 1000)
/** Threads of one process find slightly different times. */
const sameBeginningMs = 2_000
const ofThisProcess = `${ofThisMachine}${process.pid}-${began}-`

/** Gives `use` a folder under `parent`, which is made when it is not there, and removes it at the end. */
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
 * Removes the folders that processes of this machine left when they were killed. Those of other machines, which may share
 * `parent`, and of processes that live stay. Gives the number removed.
 */
export async function removeLeftFolders(parent: string): Promise<number> {
  const names = await readdir(parent).catch(() => [])
  const left = names.filter(isLeft)
  // One that belongs to another user stays; it is no reason not to work.
  const removals = left.map((name) => rm(join(parent, name), { recursive: true, force: true }))
  const outcomes = await Promise.allSettled(removals)
  return outcomes.filter(({ status }) => status === 'fulfilled').length
}

function isLeft(name: string): boolean {
  if (!name.startsWith(ofThisMachine)) return false
  const [, pid, start] = /^(\d+)-(\d+)-/.exec(name.slice(ofThisMachine.length)) ?? []
  if (pid === undefined) return false
  // A process that has the number of this one and began at another time is gone.
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
