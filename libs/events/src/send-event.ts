import { type OutboundClient, OutboundFault } from '@assay/outbound'
import type { CloudEvent } from './cloud-event.ts'
import { retryAfterMs } from './retry-schedule.ts'
import { signedHeaders } from './signature.ts'

/** The result of an attempt to deliver an event. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly status: number; readonly answer: string }
  /** A response that does not accept the event; `gone`: permanently (410). */
  | {
      readonly kind: 'refused' | 'gone'
      readonly status: number
      readonly answer: string
      readonly retryAfterMs: number | undefined
    }
  /** No valid response: a forbidden address, a redirect, a timeout. */
  | { readonly kind: 'unreachable'; readonly fault: string }

/** The most characters of a response that are stored. */
const longestAnswer = 1000

interface Receiver {
  readonly url: URL
  /** Each secret signs. */
  readonly secrets: readonly string[]
}

/**
 * One attempt: a POST of the event in CloudEvents' structured mode, signed according to Standard Webhooks. It follows no redirect.
 * @throws the reason of the signal when it is aborted
 */
export async function sendEvent(
  client: OutboundClient,
  { url, secrets }: Receiver,
  event: CloudEvent,
  signal: AbortSignal,
): Promise<Outcome> {
  const text = JSON.stringify(event)
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    ...signedHeaders(event.id, new Date(), text, secrets),
  }
  try {
    const answer = await client.send(url, { method: 'POST', headers, body: Buffer.from(text), signal })
    const { status } = answer
    const words = kept(answer.body)
    if (status >= 200 && status < 300) return { kind: 'delivered', status, answer: words }
    const pause = retryAfterMs(answer.headers['retry-after'], Date.now())
    return { kind: status === 410 ? 'gone' : 'refused', status, answer: words, retryAfterMs: pause }
  } catch (error) {
    if (signal.aborted || !(error instanceof OutboundFault)) throw error
    return { kind: 'unreachable', fault: error.message }
  }
}

/** The database cannot store U+0000, and the body may end in the middle of a UTF-8 character. */
function kept(body: Buffer): string {
  return body.toString('utf8').replaceAll('\0', '\u{fffd}').slice(0, longestAnswer).toWellFormed()
}
