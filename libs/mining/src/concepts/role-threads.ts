import { parentPort, type TransferListItem } from 'node:worker_threads'
import { lowerWhenLong } from '@assay/threads'
import { MiningError, type MiningErrorKind } from '../mining-error.ts'
import { readSnapshot } from '../read-snapshot.ts'
import { commonRole } from './common-role.ts'
import { RoleDescriber, type RoleDetails } from './role-details.ts'
import { doParts, isBornAs, RoleHelper, startRoleThread } from './role-helpers.ts'
import type { MinedRole, RoleMiningProgress, RoleMiningResult, RoleOutline } from './role-result.ts'
import { type RoleMiningSettings, resolveRoleSettings } from './role-settings.ts'
import { roleSteps } from './role-steps.ts'
import type { RoleAnswer, RoleTask } from './role-tasks.ts'
import type { SpareThreads } from './spare-threads.ts'

export interface RoleThreadsOptions {
  /** Worker threads, 1 to 256. The result does not depend on it. */
  readonly threads: number
  /** Called once, before the first role. */
  readonly onOutline?: (outline: RoleOutline) => void
  /**
   * `details` are computed on the leading thread, and only when this callback is present. If it returns a promise, the promise resolves
   * when the caller has taken the role. The leading thread waits while `mostUntaken` roles are not taken.
   */
  readonly onRole?: (role: MinedRole, index: number, details: RoleDetails) => void | Promise<void>
  /** At least 1; 64 by default. */
  readonly mostUntaken?: number
  /** If false, `roles` of the result is empty, for callers that take each role in `onRole`; true by default. */
  readonly keepsRoles?: boolean
  readonly onProgress?: (progress: RoleMiningProgress) => void
  /** The pool of threads. Without it, each run starts and ends its own threads. */
  readonly spares?: SpareThreads | undefined
  /** Stops the analysis: the promise rejects with the signal's reason after every thread has ended. */
  readonly signal?: AbortSignal
}

const defaultMostUntaken = 64

/**
 * Does the work of `minePotentialRoles` on worker threads that share the snapshot's buffer; the calling thread only passes messages. One
 * thread leads. It and its helpers take the parts of each task from an atomic counter, and the answers are combined in the order of the
 * parts, so any number of threads gives the same result. Rejects with `bad_snapshot` or `bad_settings` before any mining.
 */
export async function minePotentialRolesInThreads(
  buffer: SharedArrayBuffer,
  given: Partial<RoleMiningSettings>,
  options: RoleThreadsOptions,
): Promise<RoleMiningResult> {
  const { threads, signal, spares, mostUntaken = defaultMostUntaken, keepsRoles = true } = options
  if (!(Number.isInteger(threads) && threads >= 1 && threads <= 256)) {
    throw new MiningError('bad_settings', 'threads', 'a whole number from 1 to 256', threads)
  }
  if (!(Number.isInteger(mostUntaken) && mostUntaken >= 1)) {
    throw new MiningError('bad_settings', 'mostUntaken', 'a whole number from 1', mostUntaken)
  }
  if (!(buffer instanceof SharedArrayBuffer)) {
    throw new MiningError('bad_snapshot', 'buffer', 'a SharedArrayBuffer, which threads read without a copy', 'another')
  }
  signal?.throwIfAborted()
  const control = new Int32Array(new SharedArrayBuffer(8))
  const order: LeadOrder = {
    buffer,
    given,
    threads,
    describes: options.onRole !== undefined,
    mostUntaken,
    control: control.buffer as SharedArrayBuffer,
  }
  const lead = spares?.take() ?? startRoleThread(import.meta.url, 'lead')
  const roles: MinedRole[] = []
  let roleCount = 0
  let isFresh = false
  let isReusable = false
  const untaken = new Set<Promise<void>>()
  const take = async ({ role, details }: Extract<LeadMessage, { kind: 'role' }>) => {
    if (keepsRoles) roles.push(role)
    if (details !== undefined) await options.onRole?.(role, roleCount++, details)
    Atomics.add(control, slots.taken, 1)
    Atomics.notify(control, slots.taken)
  }
  const end = () => void lead.terminate()
  signal?.addEventListener('abort', end, { once: true })
  try {
    const result = await new Promise<RoleMiningResult>((resolve, reject) => {
      lead.on('message', (message: LeadMessage) => {
        try {
          if (message.kind === 'progress') options.onProgress?.(message.progress)
          if (message.kind === 'problem') {
            const { kind, field, expected, got } = message.problem
            reject(new MiningError(kind, field, expected, got))
          }
          if (message.kind === 'outline') options.onOutline?.(message.outline)
          if (message.kind === 'role') {
            const taking = take(message).finally(() => untaken.delete(taking))
            untaken.add(taking)
            taking.catch(reject)
          }
          if (message.kind === 'result') {
            const { result, isLowered } = message
            resolve(Promise.all(untaken).then(() => ({ ...result, roles })))
            isFresh = !isLowered
          }
        } catch (error) {
          // The caller's callback threw. Its error ends the analysis like any other.
          reject(error)
        }
      })
      lead.on('error', reject)
      lead.on('exit', (code) => reject(new Error(`the leading thread ended with exit code ${code}`)))
      lead.postMessage(order)
    })
    isReusable = isFresh && signal?.aborted !== true
    return result
  } catch (error) {
    // A thread that this function ended is not an error.
    signal?.throwIfAborted()
    throw error
  } finally {
    signal?.removeEventListener('abort', end)
    if (isReusable && spares !== undefined) await spares.keep(lead)
    else await lead.terminate()
  }
}

/** The order to a leading thread, which does one mining run after another. */
interface LeadOrder {
  readonly buffer: SharedArrayBuffer
  readonly given: Partial<RoleMiningSettings>
  readonly threads: number
  readonly describes: boolean
  readonly mostUntaken: number
  /** An Int32 for each of the slots. */
  readonly control: SharedArrayBuffer
}

/** The next part of a task, and the number of roles that the caller has taken. */
const slots = { next: 0, taken: 1 }

type LeadMessage =
  | { readonly kind: 'progress'; readonly progress: RoleMiningProgress }
  | { readonly kind: 'outline'; readonly outline: RoleOutline }
  | { readonly kind: 'role'; readonly role: MinedRole; readonly details: RoleDetails | undefined }
  /** The last message. A thread with a lowered priority must not serve the next run. */
  | { readonly kind: 'result'; readonly result: Omit<RoleMiningResult, 'roles'>; readonly isLowered: boolean }
  | { readonly kind: 'problem'; readonly problem: Problem }

/** The fields of a `MiningError`. Threads cannot pass instances of classes. */
interface Problem {
  readonly kind: MiningErrorKind
  readonly field: string
  readonly expected: string
  readonly got: string
}

async function lead(order: LeadOrder): Promise<void> {
  const tell = (message: LeadMessage, transfer: TransferListItem[] = []) => parentPort?.postMessage(message, transfer)
  const control = new Int32Array(order.control)
  const lower = lowerWhenLong()
  let told = 0
  const awaitTaking = () => {
    for (;;) {
      const taken = Atomics.load(control, slots.taken)
      if (told - taken < order.mostUntaken) return
      Atomics.wait(control, slots.taken, taken)
    }
  }
  try {
    const snapshot = readSnapshot(order.buffer)
    const settings = resolveRoleSettings(order.given, snapshot)
    let describer: RoleDescriber | undefined
    const hooks = {
      onProgress: (progress: RoleMiningProgress) => tell({ kind: 'progress', progress }),
      onOutline: (outline: RoleOutline) => {
        const apart = settings.type === 'COMMON' ? [] : outline.commonAccess.map(({ entitlement }) => entitlement)
        if (order.describes) describer = new RoleDescriber(snapshot, apart)
        tell({ kind: 'outline', outline })
      },
      onRole: (role: MinedRole) => {
        awaitTaking()
        tell({ kind: 'role', role, details: describer?.describe(role) }, buffersOf(role))
        told++
      },
    }
    const result =
      settings.type === 'COMMON'
        ? commonRole(snapshot, settings, hooks)
        : await runTogether(order, lower, roleSteps(snapshot, settings, hooks))
    const { roles: _, ...others } = result
    tell({ kind: 'result', result: others, isLowered: lower() })
  } catch (error) {
    if (!(error instanceof MiningError)) throw error
    const { kind, field, expected, got } = error
    tell({ kind: 'problem', problem: { kind, field, expected, got } })
  }
}

function buffersOf({ identities, entitlements, grantedCount }: MinedRole): ArrayBuffer[] {
  return [identities.buffer, entitlements.buffer, grantedCount.buffer].filter((buffer) => buffer instanceof ArrayBuffer)
}

/** Idle helpers of this leading thread, for its next run. */
const idleHelpers: RoleHelper[] = []
/** The largest number of idle helpers; each takes some megabytes of memory. */
const mostIdleHelpers = 3

async function runTogether(
  { control, threads }: LeadOrder,
  lower: () => boolean,
  steps: Generator<RoleTask, RoleMiningResult, readonly RoleAnswer[]>,
): Promise<RoleMiningResult> {
  const next = new Int32Array(control, Int32Array.BYTES_PER_ELEMENT * slots.next, 1)
  const helpers = Array.from({ length: threads - 1 }, () => idleHelpers.pop() ?? new RoleHelper())
  for (const helper of helpers) helper.begin(next)
  try {
    let step = steps.next()
    while (step.done !== true) {
      const task = step.value
      lower()
      const answers: RoleAnswer[] = new Array(task.parts)
      Atomics.store(next, 0, 0)
      const helped = Promise.all(helpers.map((helper) => helper.help(task, answers)))
      doParts(task, next, (part, answer) => {
        answers[part] = answer
      })
      await helped
      step = steps.next(answers)
    }
    return step.value
  } finally {
    idleHelpers.push(...helpers.splice(0, mostIdleHelpers - idleHelpers.length))
    await Promise.all(helpers.map((helper) => helper.end()))
  }
}

// This is at the end of the file because it uses the definitions above.
if (isBornAs('lead')) parentPort?.on('message', (order: LeadOrder) => void lead(order))
