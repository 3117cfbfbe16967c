import type { Worker } from 'node:worker_threads'
import { lowerBackgroundThreads } from '@assay/threads'
import { expect, test } from 'vitest'
import { encodeSnapshotToBuffer } from '../encode-snapshot.ts'
import { snapshotOf } from '../snapshot.ts'
import { threadsNamed } from '../testing-threads.ts'
import { minePotentialRoles } from './mine-roles.ts'
import { roleThreadName } from './role-helpers.ts'
import { minePotentialRolesInThreads } from './role-threads.ts'
import { SpareThreads } from './spare-threads.ts'
import { plantedRoles } from './testing-planted-roles.ts'

const small = plantedRoles({ seed: 3, identityCount: 400 }).parts
const large = plantedRoles({ seed: 2, identityCount: 800 }).parts
const buffer = encodeSnapshotToBuffer(small)

/** Looks at what is kept, and leaves it there. */
async function keptBy(spares: SpareThreads): Promise<Worker | undefined> {
  const worker = spares.take()
  if (worker !== undefined) await spares.keep(worker)
  return worker
}

test('one thread does one mining after another, of whatever data and with any number of helpers, and finds the same', async () => {
  const spares = new SpareThreads()
  const seen = new Set<number | undefined>()
  for (const [parts, threads] of [
    [large, 2],
    [small, 3],
    [large, 1],
    [small, 2],
  ] as const) {
    const mined = await minePotentialRolesInThreads(encodeSnapshotToBuffer(parts), {}, { threads, spares })
    expect(mined).toEqual(minePotentialRoles(snapshotOf(parts)))
    seen.add((await keptBy(spares))?.threadId)
  }
  expect([...seen]).toEqual([expect.any(Number)])
  await spares.close()
})

test('of two minings at the same time one leaves its thread, and a closed keeper keeps none', async () => {
  const spares = new SpareThreads()
  const mine = () => minePotentialRolesInThreads(buffer, {}, { threads: 1, spares })
  await Promise.all([mine(), mine()])
  if (process.platform === 'linux') expect(threadsNamed(roleThreadName)).toBe(1)
  await spares.close()
  await mine()
  expect(await keptBy(spares)).toBeUndefined()
  if (process.platform === 'linux') expect(threadsNamed(roleThreadName)).toBe(0)
})

test('a thread that nobody wants, or that fails while it waits, goes', async () => {
  const impatient = new SpareThreads({ idleMs: 1 })
  await minePotentialRolesInThreads(buffer, {}, { threads: 2, spares: impatient })
  await expect.poll(() => keptBy(impatient)).toBeUndefined()

  const spares = new SpareThreads()
  const mine = () => minePotentialRolesInThreads(buffer, {}, { threads: 2, spares })
  const before = await mine()
  await (await keptBy(spares))?.terminate()
  await expect.poll(() => keptBy(spares)).toBeUndefined()
  expect(await mine()).toEqual(before)
  await spares.close()
})

test('neither an aborted mining nor one that was refused leaves its thread to the next', async () => {
  const spares = new SpareThreads()
  const abort = new AbortController()
  const { signal } = abort
  const onProgress = () => abort.abort(new Error('enough'))
  const aborted = minePotentialRolesInThreads(buffer, {}, { threads: 2, spares, signal, onProgress })
  await expect(aborted).rejects.toThrow('enough')
  const refused = minePotentialRolesInThreads(buffer, { minIdentities: 0 }, { threads: 1, spares })
  await expect(refused).rejects.toThrow('minIdentities')
  expect(await keptBy(spares)).toBeUndefined()
})

test.skipIf(process.platform !== 'linux')(
  'a thread whose priority was lowered goes, since nothing raises it again',
  async () => {
    const spares = new SpareThreads()
    lowerBackgroundThreads(19, 0)
    try {
      await minePotentialRolesInThreads(buffer, {}, { threads: 1, spares })
    } finally {
      lowerBackgroundThreads(0)
    }
    expect(await keptBy(spares)).toBeUndefined()
  },
)
