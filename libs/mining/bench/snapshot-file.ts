import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeSnapshot, type SnapshotParts } from '../src/index.ts'
import { snapshotByteLength } from '../src/read-snapshot.ts'

/** Gives `work` a folder that is gone afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Encodes piece by piece; says how many bytes there are, and how long the encoding took without the writing. */
export async function writeSnapshot(parts: SnapshotParts, file: string): Promise<{ bytes: number; seconds: number }> {
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
      if (done === true) return { bytes, seconds: encodeMs / 1000 }
      bytes += value.length
      await target.write(value)
    }
  } finally {
    await target.close()
  }
}

/** The file's bytes where every thread may read them. */
export async function readFileShared(file: string): Promise<SharedArrayBuffer> {
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
