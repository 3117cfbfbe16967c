import { randomUUID } from 'node:crypto'
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Who runs a platform on a data folder. */
interface Holder {
  readonly pid: number
  /** Of the process, as the system counts; tells it from a later process of the same number. Empty where it cannot be read. */
  readonly startTime: string
  readonly since: string
}

/**
 * Takes a data folder for the platform of this process, before anything in it changes. A holder that runs no more holds nothing,
 * so a process that is killed need not give it back. Of the numbered lock files in the folder, the last counts.
 * @returns gives the folder back
 * @throws Error that names the holder, when another process runs a platform on the folder
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
      // The next number is taken by one process alone, since a link replaces nothing; a number is never used again.
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

/** Undefined for a lock that was given back, was cut off when the machine went down, or has a successor by now. */
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
    // Anything else than "no such process" means that there is one.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const now = await startTimeOf(pid)
  return now === '' || startTime === '' ? pid !== process.pid : now === startTime
}

/** Linux: when the process began, with the boot that it belongs to. Elsewhere the number of the process alone has to do. */
async function startTimeOf(pid: number): Promise<string> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ])
    // Behind the name, which may hold spaces and brackets: state is field 3, the start time field 22 (proc(5)).
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
