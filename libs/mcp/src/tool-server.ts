import type { DescMethod } from '@bufbuild/protobuf'
import { ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server'
import { allTools } from './all-tools.ts'
import { answerOf, endedAnswer, refusedAnswer } from './answer.ts'
import { givenValue } from './hidden-characters.ts'
import { instructions } from './instructions.ts'
import { type Refusal, refusalOf } from './refusal.ts'
import { serveTasks, taskOf, tasksExtension, understandsTasks } from './tasks.ts'
import type { Asking, Tool, Work } from './tool.ts'
import { describedTool } from './tool-descriptions.ts'

/** The caller of the tools, and the functions that the process provides. */
interface ToolUser {
  /** Whether the caller may make the call by a tool. */
  readonly may: (method: DescMethod) => boolean
  /** Whether the caller has the right to decide by tools. */
  readonly decides: boolean
  readonly asking: Asking
  /** Receives internal errors, of which callers get no details. */
  readonly onFault: (error: unknown, tool: string) => void
}

/** How long a tool waits for work before it answers that the work continues. */
const patienceMs = 1_000
const lookEveryMs = 100
/** The list of tools changes with the version of Assay and with the rights of the client. */
const listTtlMs = 60_000

/** The tools that a caller has. */
function toolsOf({ may, decides }: ToolUser, all: readonly Tool[]): readonly Tool[] {
  return all.filter(({ needs, changes }) => (!changes || decides) && needs.every(may))
}

/**
 * A server of the Model Context Protocol for one request, or one connection, of one caller. It stores nothing: work that
 * continues between two requests has an id, which the caller sends.
 * @param version the version of Assay
 * @param all the tools; other ones for tests
 */
export function createToolServer(user: ToolUser, version: string, all = allTools): Server {
  const tools = toolsOf(user, all)
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  const hasWork = tools.some(({ work }) => work !== undefined)
  const server = new Server(
    { name: 'assay', title: 'Assay', version },
    {
      capabilities: { tools: { listChanged: false }, ...(hasWork && { extensions: { [tasksExtension]: {} } }) },
      instructions,
      cacheHints: { 'tools/list': { ttlMs: listTtlMs, cacheScope: 'private' } },
    },
  )
  server.setRequestHandler('tools/list', ({ params }) => {
    if (params?.cursor !== undefined) throw invalidParams('There is only one page of tools; leave the cursor out')
    return { tools: tools.map(describedTool) }
  })
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const tool = byName.get(params.name)
    if (tool === undefined) throw invalidParams('This client has no such tool; tools/list returns its tools')
    const given = tool.input.safeParse(givenValue(params.arguments ?? {}))
    if (!given.success) return refusedAnswer(misfit(given.error.issues))
    try {
      if (tool.work !== undefined) return await workAnswer(tool, given.data, user.asking, understandsTasks(context))
      return answerOf((await tool.run?.(given.data, user.asking)) ?? {})
    } catch (error) {
      return refusedAnswer(refusalOf(error) ?? faultOf(error, tool.name, user))
    }
  })
  if (hasWork) serveTasks(server, byName, user)
  return server
}

async function workAnswer({ name, work }: Tool, given: unknown, asking: Asking, isTaskClient: boolean) {
  if (work === undefined) throw new Error(`${name} has no work`)
  const known = work.idIn(given)
  const id = known ?? (await work.begin(given, asking))
  const state = await lookedAt(() => work.look(id, given, asking))
  if (state.end === undefined)
    return isTaskClient && known === undefined ? taskOf(name, id, state) : answerOf(work.pending(id))
  return endedAnswer(state.end)
}

/** Waits for a moment, because most work ends quickly. */
async function lookedAt(look: () => Promise<Work>): Promise<Work> {
  const until = performance.now() + patienceMs
  for (;;) {
    const state = await look()
    if (state.end !== undefined || performance.now() > until) return state
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}

function misfit(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): Refusal {
  const told = issues.slice(0, 5).map(({ path, message }) => `${path.map(String).join('.') || 'arguments'}: ${message}`)
  return { code: 'invalid_argument', message: told.join('; ').slice(0, 1000) }
}

function faultOf(error: unknown, tool: string, { onFault }: ToolUser): Refusal {
  onFault(error, tool)
  return { code: 'internal', message: 'An internal error occurred; the server log has its cause under this request id' }
}

function invalidParams(message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message)
}
