import { spawn } from 'node:child_process'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  encodeSnapshot,
  mineCohorts,
  mineCohortsInThreads,
  readSnapshot,
  type Snapshot,
  snapshotByteLength,
  transpose,
} from '../src/index.ts'
import { plantedSnapshot } from './planted-snapshot.ts'

/** One line of the table. `goal` is the most that `value` may be; without one the line is for information. */
export interface BenchRow {
  readonly measure: string
  readonly value: number
  readonly unit: string
  readonly goal?: number
  readonly met?: boolean
}

/**
 * Encodes a planted snapshot in this process, then loads and mines it in a process of its own, so that the memory of
 * each step is its own. The bare scan (the sum of all grants, once for each combination) is interleaved with the mining.
 */
export async function benchCohorts(options: { readonly scale: 'full' | 'small' }): Promise<BenchRow[]> {
  const identityCount = options.scale === 'full' ? 100_000 : 10_000
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'))
  const file = join(folder, 'snapshot')
  try {
    const parts = plantedSnapshot(identityCount)
    const grants = parts.rowEntitlement.length
    const start = performance.now()
    const chunks = encodeSnapshot(parts)
    let bytes = 0
    let encodeMs = performance.now() - start
    const target = await open(file, 'w')
    try {
      for (;;) {
        const before = performance.now()
        const { value, done } = chunks.next()
        encodeMs += performance.now() - before
        if (done === true) break
        bytes += value.length
        await target.write(value)
      }
    } finally {
      await target.close()
    }
    const encodeMemory = process.resourceUsage().maxRSS / 1024
    return [
      { measure: 'identities', value: identityCount, unit: '' },
      { measure: 'entitlements', value: parts.entitlementKey.length, unit: '' },
      { measure: 'grants', value: grants, unit: '' },
      { measure: 'encode', value: encodeMs, unit: 'ms' },
      row('encode: memory of the process', encodeMemory, 'MB', options.scale === 'full' ? 500 : undefined),
      row('snapshot bytes a grant', bytes / grants, 'B', 12),
      ...(await inProcess(file)),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function row(measure: string, value: number, unit: string, goal: number | undefined): BenchRow {
  return goal === undefined ? { measure, value, unit } : { measure, value, unit, goal, met: value <= goal }
}

function inProcess(file: string): Promise<BenchRow[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url), 'load', file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.on('data', (data) => {
      text += String(data)
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      if (code === 0) resolve(JSON.parse(text) as BenchRow[])
      else reject(new Error(`the loading process ended with ${code}`))
    })
  })
}

/** The life of a mining worker: load, then mine on two threads. The other measures come after its memory was read. */
async function loadAndMine(file: string): Promise<BenchRow[]> {
  const loadStart = performance.now()
  const buffer = await readFileShared(file)
  const readStart = performance.now()
  const snapshot = readSnapshot(buffer)
  const readMs = performance.now() - readStart
  const result = await mineCohortsInThreads(buffer, {}, { threads: 2 })
  const totalMs = performance.now() - loadStart
  const memory = process.resourceUsage().maxRSS / 1024

  const combinations = result.populations.reduce((sum, p) => sum + p.combinationsAnalyzed, 0)
  const rounds = 5
  const scans: number[] = []
  const singles: number[] = []
  const countings: number[] = []
  const doubles: number[] = []
  for (let round = 0; round < rounds; round++) {
    scans.push(await timed(() => scan(snapshot, combinations)))
    const marks: number[] = []
    singles.push(await timed(() => mineCohorts(snapshot, {}, { onProgress: () => marks.push(performance.now()) })))
    countings.push(marks[marks.length - 1] - marks[0])
    doubles.push(await timed(() => mineCohortsInThreads(buffer, {}, { threads: 2 })))
  }
  const transposes: number[] = []
  for (let round = 0; round < 3; round++) transposes.push(await timed(() => transpose(snapshot)))
  const bare = median(scans)
  const isFull = snapshot.grantCount > 5_000_000
  return [
    { measure: 'read and check', value: readMs, unit: 'ms' },
    { measure: 'transpose', value: median(transposes), unit: 'ms' },
    { measure: 'combinations', value: combinations, unit: '' },
    { measure: 'cohorts analysed', value: result.populations.reduce((sum, p) => sum + p.cohortsAnalyzed, 0), unit: '' },
    {
      measure: 'suggestions before the cap',
      value: result.suggestions.length + result.rejected.beyond_max_suggestions,
      unit: '',
    },
    { measure: 'bare scan, once a combination', value: bare, unit: 'ms' },
    { measure: 'count, 1 thread', value: median(countings), unit: 'ms' },
    row('count over bare scan', median(countings) / bare, 'times', 4),
    { measure: 'mine, 1 thread', value: median(singles), unit: 'ms' },
    row('mine over bare scan', median(singles) / bare, 'times', undefined),
    { measure: 'mine, 2 threads', value: median(doubles), unit: 'ms' },
    row('load and mine, 2 threads, first time', totalMs, 'ms', isFull ? 10_000 : undefined),
    row('load and mine: memory of the process', memory, 'MB', isFull ? 1000 : undefined),
  ]
}

async function readFileShared(file: string): Promise<SharedArrayBuffer> {
  const handle = await open(file)
  try {
    const head = new Uint8Array(64)
    await handle.read(head, 0, 64, 0)
    const buffer = new SharedArrayBuffer(snapshotByteLength(head))
    const bytes = new Uint8Array(buffer)
    let at = 0
    while (at < bytes.length) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(bytes.length - at, 8 * 1024 * 1024), at)
      if (bytesRead === 0) throw new Error(`the file ends at ${at}`)
      at += bytesRead
    }
    return buffer
  } finally {
    await handle.close()
  }
}

/** The limit: read every grant once for each combination, in the order in which they lie. */
function scan({ rowEntitlement }: Snapshot, times: number): number {
  let sum = 0
  for (let time = 0; time < times; time++) {
    for (let start = 0; start < rowEntitlement.length; start += blockLength) {
      sum = (sum + sumOf(rowEntitlement, start, Math.min(start + blockLength, rowEntitlement.length))) | 0
    }
  }
  return sum
}

const blockLength = 65_536

/** Called by blocks, so that it is compiled as a whole; one long loop is at times stuck in slow code. */
function sumOf(values: Uint32Array, start: number, end: number): number {
  let sum = 0
  for (let at = start; at < end; at++) sum = (sum + values[at]) | 0
  return sum
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]
}

if (import.meta.main) {
  if (process.argv[2] === 'load') {
    process.stdout.write(JSON.stringify(await loadAndMine(process.argv[3])))
  } else {
    const rows = await benchCohorts({ scale: process.argv.includes('small') ? 'small' : 'full' })
    console.table(rows.map(({ value, ...rest }) => ({ ...rest, value: Number(value.toPrecision(4)) })))
    const json = process.argv.indexOf('--json')
    if (json > 0) await writeFile(process.argv[json + 1], JSON.stringify(rows))
  }
}
