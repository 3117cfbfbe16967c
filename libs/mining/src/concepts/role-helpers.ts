import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { lowerWhenLong } from '@assay/threads'
import { type RoleAnswer, type RoleTask, TaskWorker } from './role-tasks.ts'

/** The name of a mining thread, as `top` shows it. */
export const roleThreadName = 'role-mining'

/** The start data of a mining thread. `roleMining` distinguishes it from other threads that import its file. */
interface RoleThreadBirth {
  readonly roleMining: 'lead' | 'helper'
}

/** Starts the file as a thread. Its tasks come as messages. */
export function startRoleThread(file: string, roleMining: RoleThreadBirth['roleMining']): Worker {
  return new Worker(new URL(file), { workerData: { roleMining } satisfies RoleThreadBirth, name: roleThreadName })
}

export function isBornAs(role: RoleThreadBirth['roleMining']): boolean {
  return !isMainThread && (workerData as Partial<RoleThreadBirth> | null | undefined)?.roleMining === role
}

/** Processes the parts of a task that no other thread has taken, by the counter that the threads share. */
export function doParts(task: RoleTask, next: Int32Array, onAnswer: (part: number, answer: RoleAnswer) => void): void {
  const worker = new TaskWorker(task)
  for (let part = Atomics.add(next, 0, 1); part < task.parts; part = Atomics.add(next, 0, 1)) {
    onAnswer(part, worker.do(part))
  }
}

type HelperOrder =
  | { readonly kind: 'begin'; readonly next: Int32Array }
  | { readonly kind: 'help'; readonly task: RoleTask }

type HelperMessage =
  | { readonly kind: 'answer'; readonly part: number; readonly answer: RoleAnswer }
  | { readonly kind: 'done' }

/** An additional thread, which gets one task at a time. */
export class RoleHelper {
  private readonly worker = startRoleThread(import.meta.url, 'helper')
  private onMessage: (message: HelperMessage) => void = () => {}
  private onFailure: (error: unknown) => void = endThisThread

  constructor() {
    this.worker.on('message', (message: HelperMessage) => this.onMessage(message))
    this.worker.on('error', (error) => this.onFailure(error))
  }

  /** Starts another mining run, whose parts are counted in `next`. */
  begin(next: Int32Array): void {
    this.tell({ kind: 'begin', next })
  }

  help(task: RoleTask, answers: RoleAnswer[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.onFailure = reject
      this.onMessage = (message) => {
        if (message.kind === 'answer') {
          answers[message.part] = message.answer
          return
        }
        this.onFailure = endThisThread
        this.onMessage = () => {}
        resolve()
      }
      this.tell({ kind: 'help', task })
    })
  }

  async end(): Promise<void> {
    await this.worker.terminate()
  }

  private tell(order: HelperOrder): void {
    this.worker.postMessage(order)
  }
}

/** Ends a helper that fails while it is idle, so that the leading thread does not use it again. */
function endThisThread(error: unknown): never {
  throw error
}

function help(): void {
  let lower = lowerWhenLong()
  let next: Int32Array = new Int32Array()
  parentPort?.on('message', (order: HelperOrder) => {
    if (order.kind === 'begin') {
      lower = lowerWhenLong()
      next = order.next
      return
    }
    lower()
    doParts(order.task, next, (part, answer) => {
      parentPort?.postMessage({ kind: 'answer', part, answer } satisfies HelperMessage)
    })
    parentPort?.postMessage({ kind: 'done' } satisfies HelperMessage)
  })
}

// This is at the end of the file because it uses the definitions above.
if (isBornAs('helper')) help()
