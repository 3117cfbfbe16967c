import { Code, ConnectError, type Interceptor } from '@connectrpc/connect'
import { createConnectTransport } from '@connectrpc/connect-web'
import { QueryClient } from '@tanstack/react-query'
import { noteAnswer, noteNoAnswer } from './connection.ts'
import { prefix } from './prefix.ts'
import { consoleHeader, noteSessionEnded } from './session.ts'
import { texts } from './texts.ts'

/** Marks calls as the console's own, and notes when nothing answers or nobody is signed in any more. */
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

/** Calls go to where the page came from. No call is a GET: those of other pages could not be told from ours by older browsers. */
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
 * Makes a call again while the platform is away, with longer and longer pauses, so that what somebody did outlives a restart.
 * @param call is told how often it was made before
 * @throws what the call throws, and that the platform is away after about a minute and a half
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

/** The connection or the service is away, rather than that the call was wrong. */
function isAway(error: unknown): boolean {
  const { code, rawMessage } = ConnectError.from(error)
  // A browser says no more of a connection that failed than that it did.
  return code === Code.Unavailable || (code === Code.Unknown && /fetch|network|load failed/i.test(rawMessage))
}

/** What went wrong, as a sentence for people. */
export function sentenceOf(error: unknown): string {
  if (isAway(error)) return texts.noAnswer
  const { code, rawMessage } = ConnectError.from(error)
  if (code === Code.PermissionDenied) return texts.mayNot
  if (code === Code.ResourceExhausted) return texts.tooMuch
  return `${rawMessage.charAt(0).toUpperCase()}${rawMessage.slice(1)}`
}
