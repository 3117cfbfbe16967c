import { randomUUID } from 'node:crypto'
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The process that runs a platform on a data folder. */
interface Holder {
  readonly pid: number
  /**
   * The start time of the process, as the system counts it: it distinguishes the process from a later one with the same id. Empty if it
   * cannot be read.
   */
  readonly startTime: string
  readonly since: string
}

/**
 * Locks a data folder for the platform of this process, before anything in it changes. The lock of a process that no longer runs does not
 * count, so a killed process need not unlock. The folder may have several numbered lock files; the last one counts.
 * @returns a function that unlocks the folder
 * @throws Error naming the process that runs a platform on the folder
 */
export async function takeDataFolder(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true })
  const mine: Holder = { pid: process.pid, startTime: await startTimeOf(process.pid), since: new Date().toISOString() }
  const draft = join(directory, `.platform-${randomUUID()}`)
  await writeFile(draft, `${JSON.stringify(mine)}\n`, { mode: 0o600 })
  try {
    for (;;) {
      const numbers = await lockNumbers(directory)
      const last = Math.max(0, ...numbers)
      const holder = last === 0 ? undefined : await holderIn(lockFile(directory, last))
      if (holder !== undefined && (await isRunning(holder))) throw heldBy(holder, directory)
      // Only one process gets the next number, since a link fails when the file exists; numbers are not used again.
      if (!(await linked(draft, lockFile(directory, last + 1)))) continue
      for (const number of numbers) await rm(lockFile(directory, number), { force: true })
      return () => writeFile(lockFile(directory, last + 1), '')
    }
  } finally {
    await rm(draft)
  }
}

const lockFile = (directory: string, number: number) => join(directory, `platform.${number}.lock`)

async function lockNumbers(directory: string): Promise<number[]> {
  const names = await readdir(directory)
  return names.map((name) => Number(/^platform\.(\d+)\.lock$/.exec(name)?.[1])).filter((number) => number > 0)
}

async function linked(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** The holder in a lock file. Undefined when the folder was unlocked, the file is incomplete after a crash, or a later lock replaced it. */
async function holderIn(file: string): Promise<Holder | undefined> {
  try {
    const { pid, startTime, since } = JSON.parse(await readFile(file, 'utf8')) as Partial<Holder>
    return Number.isInteger(pid) && pid ? { pid, startTime: startTime ?? '', since: since ?? '' } : undefined
  } catch {
    return undefined
  }
}

async function isRunning({ pid, startTime }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // Every other error means that the process exists.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const now = await startTimeOf(pid)
  return now === '' || startTime === '' ? pid !== process.pid : now === startTime
}

/** On Linux, the boot id and the start time of a process; empty elsewhere, so that only the process id is compared. */
async function startTimeOf(pid: number): Promise<string> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ])
    // The name of the process may have spaces and brackets, so the fields are counted after it: state is field 3, the start time field 22
    // (proc(5)).
    return `${boot.trim()}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return ''
  }
}

function heldBy({ pid, since }: Holder, directory: string): Error {
  return new Error(
    `Process ${pid} runs a platform on the data folder ${directory} since ${since}: stop it, or set ASSAY_DATA_DIRECTORY to another folder`,
  )
}
