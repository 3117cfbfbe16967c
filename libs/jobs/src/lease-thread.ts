import { parentPort, workerData } from 'node:worker_threads'
import { ListeningConnection } from '@assay/store'
import { type Claim, jobChannel, renewLeases } from './job-rows.ts'
import { beatMs, type LeaseBirth, type LeaseNotice, type LeaseOrder, longestSilenceMs } from './lease-messages.ts'

/**
 * Renews the leases of a worker process, and receives notifications about added and cancelled jobs. It is a separate thread
 * with a connection outside the pool, so that neither a long calculation nor a full pool makes a live worker look dead. Its
 * priority is never lowered.
 */
const { address, applicationName, pulse } = workerData as LeaseBirth
const pulseCount = new Int32Array(pulse)
const held = new Map<string, Claim>()
const tell = (notice: LeaseNotice) => parentPort?.postMessage(notice)

const connection = new ListeningConnection({
  ...address,
  applicationName,
  channel: jobChannel,
  onMessage: (payload) => {
    const [verb, name] = payload.split(' ', 2)
    if (verb === 'wake' && name !== undefined) tell({ kind: 'wake', queue: name })
    if (verb === 'cancel' && name !== undefined && held.delete(name)) tell({ kind: 'lost', id: name })
    if (verb === 'end' && name !== undefined && held.has(name)) tell({ kind: 'cancelled', id: name })
  },
  onConnected: () => {
    tell({ kind: 'wake' })
    void beat().catch(() => {})
  },
})

let lastPulse = 0
let lastPulseAt = performance.now()

async function beat(): Promise<void> {
  const now = performance.now()
  const current = Atomics.load(pulseCount, 0)
  if (current !== lastPulse) lastPulseAt = now
  lastPulse = current
  if (held.size === 0 || now - lastPulseAt > longestSilenceMs) return
  const claims = [...held.values()]
  const ours = await connection.use((sql) => renewLeases(sql, claims))
  for (const { id, taking } of claims) {
    const isCancelled = ours.get(id)
    // The notification may have been lost.
    if (isCancelled) tell({ kind: 'cancelled', id })
    // The job may have been released and taken again while the statement ran.
    if (isCancelled !== undefined || held.get(id)?.taking !== taking) continue
    held.delete(id)
    tell({ kind: 'lost', id })
  }
}

let beating = false
const timer = setInterval(async () => {
  if (beating) return
  beating = true
  // If the database is unavailable, nothing is known about the claims.
  await beat().catch(() => {})
  beating = false
}, beatMs)

parentPort?.on('message', async (order: LeaseOrder) => {
  if (order.kind === 'hold') held.set(order.claim.id, order.claim)
  if (order.kind === 'release') held.delete(order.id)
  if (order.kind !== 'stop') return
  clearInterval(timer)
  await connection.close().catch(() => {})
  tell({ kind: 'stopped' })
  parentPort?.close()
})
