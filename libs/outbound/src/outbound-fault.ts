/** Why a request to another server did not end well; programs decide by it. */
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

/** What another server did, for people: the message names the address and the remedy, and never a secret. */
export class OutboundFault extends Error {
  override readonly name = 'OutboundFault'
  readonly reason: OutboundReason
  /** The same request may end well later, without anybody's help. */
  readonly mayPass: boolean
  /** How long the server asked to be left alone. */
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
