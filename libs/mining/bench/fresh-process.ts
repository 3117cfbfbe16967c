import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { mineCohortsInThreads, minePotentialRolesInThreads } from '../src/index.ts'
import { plantedSnapshot } from './planted-snapshot.ts'
import { readFileShared, writeSnapshot } from './snapshot-file.ts'

/** What a process of its own reports; memory is the most it ever held. */
interface FreshRun {
  readonly loadSeconds: number
  readonly mineSeconds: number
  readonly memoryMb: number
  /** Before it loaded anything. */
  readonly emptyMb: number
}

/** Mines a snapshot's file on two threads, as a mining worker does; roles go to `output` as JSON. */
export async function mineInFreshProcess(miner: 'cohorts' | 'roles', file: string, output: string): Promise<FreshRun> {
  return JSON.parse(await run(miner, file, output)) as FreshRun
}

interface PlantedFile {
  readonly identities: number
  readonly entitlements: number
  readonly grants: number
  readonly bytes: number
  readonly encodeSeconds: number
  readonly encodeMemoryMb: number
}

/** Makes an organisation and writes its snapshot, in a process that is gone with all it held when this returns. */
export async function plantInFreshProcess(identityCount: number, file: string): Promise<PlantedFile> {
  return JSON.parse(await run('plant', file, String(identityCount))) as PlantedFile
}

async function run(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.url), ...args])
  return stdout
}

const memoryMb = () => process.resourceUsage().maxRSS / 1024

async function mine(miner: string, file: string, output: string): Promise<FreshRun> {
  const emptyMb = memoryMb()
  const start = performance.now()
  const buffer = await readFileShared(file)
  const loaded = performance.now()
  const ended = (memory: number): FreshRun => ({
    loadSeconds: (loaded - start) / 1000,
    mineSeconds: (performance.now() - loaded) / 1000,
    memoryMb: memory,
    emptyMb,
  })
  if (miner === 'cohorts') {
    await mineCohortsInThreads(buffer, {}, { threads: 2 })
    return ended(memoryMb())
  }
  const { roles } = await minePotentialRolesInThreads(buffer, {}, { threads: 2 })
  const answer = ended(memoryMb())
  const listed = roles.map(({ identities, entitlements }) => ({
    identities: Array.from(identities),
    entitlements: Array.from(entitlements),
  }))
  await writeFile(output, JSON.stringify(listed))
  return answer
}

async function plant(identityCount: number, file: string): Promise<PlantedFile> {
  const parts = plantedSnapshot(identityCount)
  const { bytes, seconds } = await writeSnapshot(parts, file)
  return {
    identities: identityCount,
    entitlements: parts.entitlementKey.length,
    grants: parts.rowEntitlement.length,
    bytes,
    encodeSeconds: seconds,
    encodeMemoryMb: memoryMb(),
  }
}

if (import.meta.main) {
  const [task, file, last] = process.argv.slice(2)
  const answer = task === 'plant' ? await plant(Number(last), file!) : await mine(task!, file!, last!)
  process.stdout.write(JSON.stringify(answer))
}
