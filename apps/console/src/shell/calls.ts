import { ErrorInfoSchema } from '@assay/contracts/google/rpc/error_details_pb'
import { Code, ConnectError, type Interceptor } from '@connectrpc/connect'
import { createConnectTransport } from '@connectrpc/connect-web'
import { QueryClient } from '@tanstack/react-query'
import { inReadingOrder } from '../kit/reading-order.ts'
import { noteAnswer, noteNoAnswer } from './connection.ts'
import { prefix } from './prefix.ts'
import { consoleHeader, noteSessionEnded } from './session.ts'
import { texts } from './texts.ts'

/** Marks calls as calls of the console, and records when no server answers or the session has ended. */
export const watchedCalls: Interceptor = (next) => async (request) => {
  for (const [name, value] of Object.entries(consoleHeader)) request.header.set(name, value)
  try {
    const answer = await next(request)
    noteAnswer()
    return answer
  } catch (error) {
    const { code } = ConnectError.from(error)
    if (code === Code.Unauthenticated) noteSessionEnded()
    if (isAway(error)) noteNoAnswer()
    else if (code !== Code.Canceled) noteAnswer()
    throw error
  }
}

/** Calls go to the origin of the page. No call is a GET: with older browsers the gateway cannot recognise GETs of other sites. */
export const transport = createConnectTransport({
  baseUrl: location.origin + prefix,
  interceptors: [watchedCalls],
  useHttpGet: false,
})

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => isAway(error) && failures < 5,
      retryDelay: (failures) => Math.min(1_000 * 2 ** failures, 10_000),
    },
  },
})

const mostAttempts = 12

/**
 * Repeats a call while the platform does not answer, with growing pauses, so that an action of the user survives a restart.
 * @param call receives the number of earlier attempts
 * @throws the error of the call; after about a minute and a half also when the platform does not answer
 */
export async function untilAnswered<Answer>(call: (before: number) => Promise<Answer>): Promise<Answer> {
  for (let before = 0; ; before++) {
    try {
      return await call(before)
    } catch (error) {
      if (!isAway(error) || before + 1 === mostAttempts) throw error
      await new Promise((passed) => setTimeout(passed, Math.min(500 * 2 ** before, 10_000)))
    }
  }
}

/** Whether the connection or the service is missing, and the call itself is not wrong. */
function isAway(error: unknown): boolean {
  const { code, rawMessage } = ConnectError.from(error)
  // For a failed connection a browser gives no reason.
  return code === Code.Unavailable || (code === Code.Unknown && /fetch|network|load failed/i.test(rawMessage))
}

/** The message of an error as a sentence for people. */
export function sentenceOf(error: unknown): string {
  if (isAway(error)) return texts.noAnswer
  const { code, rawMessage } = ConnectError.from(error)
  if (code === Code.PermissionDenied) return refusalWords(ConnectError.from(error))
  if (code === Code.ResourceExhausted) return texts.tooMuch
  const message = inReadingOrder(rawMessage)
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}`
}

/** Whether the user lacks a right: then the same call fails again. */
export function isRefused(error: unknown): boolean {
  return ConnectError.from(error).code === Code.PermissionDenied
}

/** The missing right, as far as the error names it. */
function refusalWords(error: ConnectError): string {
  const [info] = error.findDetails(ErrorInfoSchema)
  if (info?.reason === 'BOUNDED_READER') return texts.seesSome
  const right = info?.reason === 'MISSING_RIGHT' ? info.metadata.right : undefined
  return right === undefined ? texts.mayNot : texts.needsRight(right)
}
