/** The reason of a failed request to another server, for programs. */
type OutboundReason =
  | 'ADDRESS_REFUSED'
  | 'BUSY'
  | 'DAMAGED'
  | 'NO_ANSWER'
  | 'REDIRECTED'
  | 'REFUSED'
  | 'TOO_LARGE'
  | 'TOO_SLOW'
  | 'UNTRUSTED'

/** A failed request to another server, for people: the message names the address and the remedy, and never contains a secret. */
export class OutboundFault extends Error {
  override readonly name = 'OutboundFault'
  readonly reason: OutboundReason
  /** The same request may succeed later without a change. */
  readonly mayPass: boolean
  /** The time that the server asked to wait. */
  readonly retryAfterMs: number | undefined

  constructor(
    reason: OutboundReason,
    message: string,
    details: { readonly mayPass?: boolean; readonly retryAfterMs?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.reason = reason
    this.mayPass = details.mayPass ?? false
    this.retryAfterMs = details.retryAfterMs
  }
}
