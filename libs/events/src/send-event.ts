import { type OutboundClient, OutboundFault } from '@assay/outbound'
import type { CloudEvent } from './cloud-event.ts'
import { retryAfterMs } from './retry-schedule.ts'
import { signedHeaders } from './signature.ts'

/** How an attempt to deliver an event ended. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly status: number; readonly answer: string }
  /** An answer that takes nothing; `gone`: for good (410). */
  | {
      readonly kind: 'refused' | 'gone'
      readonly status: number
      readonly answer: string
      readonly retryAfterMs: number | undefined
    }
  /** No answer, or none that counts: an address that must not be reached, a redirect, silence. */
  | { readonly kind: 'unreachable'; readonly fault: string }

/** What is kept of an answer, in characters. */
const longestAnswer = 1000

interface Receiver {
  readonly url: URL
  /** Each signs. */
  readonly secrets: readonly string[]
}

/**
 * One attempt: a POST of the event in CloudEvents' structured mode, signed as Standard Webhooks has it. No redirect is followed.
 * @throws the reason of the signal once it is aborted
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

/** The database holds no U+0000, and a piece of UTF-8 may be cut in two. */
function kept(body: Buffer): string {
  return body.toString('utf8').replaceAll('\0', '\u{fffd}').slice(0, longestAnswer).toWellFormed()
}
