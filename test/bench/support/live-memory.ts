import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'

/** The memory of a process after its garbage was collected. */
export interface LiveMemory {
  readonly heapBytes: number
  /** Buffers, and other memory outside of the heap that objects of the heap own. */
  readonly outsideBytes: number
}

/** Runs `work`; it can read the live memory of the processes that it starts. */
export async function withLiveMemory<T>(work: (liveMemoryOf: (pid: number) => Promise<LiveMemory>) => Promise<T>) {
  const folder = await mkdtemp(join(tmpdir(), 'assay-live-'))
  const { NODE_OPTIONS: before = '' } = process.env
  const agent = pathToFileURL(join(import.meta.dirname, 'live-memory-agent.ts')).href
  process.env.NODE_OPTIONS = `${before} --import ${agent}`.trim()
  process.env.BENCH_LIVE_MEMORY = folder
  try {
    return await work(async (pid) => JSON.parse(await text(connect(join(folder, `${pid}.sock`)))) as LiveMemory)
  } finally {
    process.env.NODE_OPTIONS = before
    delete process.env.BENCH_LIVE_MEMORY
    await rm(folder, { recursive: true, force: true })
  }
}
