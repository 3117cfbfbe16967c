import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** A process of this machine. */
export interface RunningProcess {
  readonly pid: number
  readonly parent: number
  readonly command: string
  /** Its present memory. */
  readonly residentBytes: number
}

/** All running processes; from /proc if it exists, because not every Linux has `ps`. */
export async function runningProcesses(): Promise<RunningProcess[]> {
  return process.platform === 'linux' ? fromProc() : fromPs()
}

async function fromProc(): Promise<RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map(readProcess))
  return found.filter((one) => one !== undefined)
}

/** Undefined for a process that has just ended, and for a zombie. */
async function readProcess(pid: string): Promise<RunningProcess | undefined> {
  try {
    const [status, command] = await Promise.all(
      ['status', 'cmdline'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')),
    )
    const field = (name: string) => status!.match(new RegExp(`^${name}:\\s+(\\S+)`, 'm'))?.[1] ?? ''
    if (field('State') === 'Z') return undefined
    return {
      pid: Number(pid),
      parent: Number(field('PPid')),
      command: command!.replaceAll('\0', ' ').trim(),
      residentBytes: Number(field('VmRSS')) * 1024,
    }
  } catch {
    return undefined
  }
}

async function fromPs(): Promise<RunningProcess[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,stat=,rss=,command='])
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state, rss, command = ''] = line.match(/^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(.*)$/) ?? []
    if (pid === undefined || state!.startsWith('Z')) return []
    return { pid: Number(pid), parent: Number(parent!), command, residentBytes: Number(rss) * 1024 }
  })
}
