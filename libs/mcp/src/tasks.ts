import { Code, ConnectError } from '@connectrpc/connect'
import {
  CLIENT_CAPABILITIES_META_KEY,
  MissingRequiredClientCapabilityError,
  ProtocolError,
  ProtocolErrorCode,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { endedAnswer } from './answer.ts'
import type { Asking, Tool, Work } from './tool.ts'

/** The extension with which a tool answers while its work continues. */
export const tasksExtension = 'io.modelcontextprotocol/tasks'

const pollIntervalMs = 1_000
/** How long results are stored. */
const ttlMs = 90 * 24 * 60 * 60 * 1000

/** Whether the request says that its client supports tasks; earlier requests do not count. */
export function understandsTasks({ mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as Readonly<Record<string, unknown>> | undefined
  const capabilities = envelope?.[CLIENT_CAPABILITIES_META_KEY] as { extensions?: object } | undefined
  return capabilities?.extensions !== undefined && tasksExtension in capabilities.extensions
}

/** The answer to a call whose work continues. The id is enough to find the work again. */
export function taskOf(tool: string, id: string, work: Work): { content: []; [member: string]: unknown } {
  return { resultType: 'task', content: [], taskId: `${tool}.${id}`, status: 'working', ...timesOf(work) }
}

interface TaskUser {
  readonly asking: Asking
}

/** `tasks/get`, `tasks/update` and `tasks/cancel`, for the work of all tools that a caller has. */
export function serveTasks(server: Server, tools: ReadonlyMap<string, Tool>, { asking }: TaskUser): void {
  const schemas = { params: z.looseObject({ taskId: z.string().max(512) }), result: z.looseObject({}) }
  const found = async (taskId: string, context: ServerContext) => {
    if (!understandsTasks(context))
      throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { extensions: { [tasksExtension]: {} } } })
    const [, name = '', id = ''] = /^(\w+)\.([\w-]{1,200})$/.exec(taskId) ?? []
    const work = tools.get(name)?.work
    const state = await work?.look(id, undefined, asking).catch(asUnknown)
    if (work === undefined || state === undefined) throw unknownTask()
    return { id, work, state }
  }
  server.setRequestHandler('tasks/get', schemas, async ({ taskId }, context) => {
    const { state } = await found(taskId, context)
    return { taskId, ...statusOf(state), ...timesOf(state) }
  })
  // No task asks its client anything, so there is nothing to update.
  server.setRequestHandler('tasks/update', schemas, async ({ taskId }, context) => {
    await found(taskId, context)
    return {}
  })
  server.setRequestHandler('tasks/cancel', schemas, async ({ taskId }, context) => {
    const { id, work, state } = await found(taskId, context)
    // A caller without the right to cancel gets the same answer; the work ends by itself.
    if (state.end === undefined) await work.cancel(id, asking).catch(asUnknown)
    return {}
  })
}

function statusOf({ end }: Work): { status: string; statusMessage?: string; result?: unknown } {
  if (end === undefined) return { status: 'working' }
  if ('cancelled' in end) return { status: 'cancelled', statusMessage: end.cancelled }
  // `failed` is only for errors of the protocol; a tool that refused has an answer that says so.
  return { status: 'completed', result: endedAnswer(end) }
}

function timesOf({ createdAt, updatedAt }: Work) {
  return { createdAt: createdAt.toISOString(), lastUpdatedAt: updatedAt.toISOString(), ttlMs, pollIntervalMs }
}

function asUnknown(error: unknown): undefined {
  const isUnknown =
    error instanceof ConnectError &&
    [Code.NotFound, Code.InvalidArgument, Code.PermissionDenied, Code.FailedPrecondition].includes(error.code)
  if (!isUnknown) throw error
  return undefined
}

function unknownTask(): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, 'This task does not exist, or no longer exists')
}
