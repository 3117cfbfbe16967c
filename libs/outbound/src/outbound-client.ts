import http from 'node:http'
import https from 'node:https'
import type { AddressGuard } from './address-guard.ts'
import { OutboundFault } from './outbound-fault.ts'
import { quoted } from './quoted.ts'
import type { Secret } from './secret.ts'

export interface OutboundLimits {
  /** The time for the lookup, the connection and TLS. */
  readonly connectMs: number
  /** The time without a received byte. */
  readonly idleMs: number
  /** The time from the request to the last byte of the answer, so that a slow stream ends too. */
  readonly answerMs: number
  readonly answerBytes: number
  /**
   * A longer or compressed answer is no fault: its first `answerBytes` bytes are returned. For callers that need little more than the
   * status.
   */
  readonly clips: boolean
  /** The most simultaneous connections to one host; further requests wait, which counts as time to connect. */
  readonly connections: number
}

const defaultLimits: OutboundLimits = {
  connectMs: 10_000,
  idleMs: 60_000,
  answerMs: 300_000,
  answerBytes: 64 * 2 ** 20,
  clips: false,
  connections: 1,
}

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

interface RequestOptions {
  readonly accept: string
  readonly secret?: Secret | undefined
  readonly signal?: AbortSignal | undefined
}

/** A request of a protocol's library, with the headers that authenticate it. */
interface WholeRequest {
  readonly method: 'GET' | 'POST'
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends requests to servers that a tenant has set. It reaches only the addresses that the guard allows, follows no redirects, and limits
 * time and bytes. Connections are reused until `close`, by default one for each host; a client serves one tenant.
 */
export class OutboundClient {
  readonly #guard: AddressGuard
  readonly #limits: OutboundLimits
  readonly #plain: http.Agent
  readonly #encrypted: https.Agent

  /** @param trust certificates of the authorities to trust instead of those of the system, as PEM */
  constructor(guard: AddressGuard, limits: Partial<OutboundLimits> = {}, trust?: readonly string[]) {
    this.#guard = guard
    this.#limits = { ...defaultLimits, ...limits }
    const kept = { keepAlive: true, maxSockets: this.#limits.connections }
    this.#plain = new http.Agent({ ...kept, lookup: guard.lookup(false) })
    this.#encrypted = new https.Agent({
      ...kept,
      lookup: guard.lookup(true),
      minVersion: 'TLSv1.2',
      ...(trust === undefined ? {} : { ca: [...trust] }),
    })
  }

  close(): void {
    this.#plain.destroy()
    this.#encrypted.destroy()
  }

  /** The answer with any status except redirects. @throws OutboundFault, or the reason of the signal */
  get(url: URL, { accept, secret, signal }: RequestOptions): Promise<Answer> {
    const headers = { accept, ...(secret !== undefined && { authorization: secret.authorization() }) }
    return this.send(url, { method: 'GET', headers, signal })
  }

  /** As `get`, for requests that a library has made. @throws OutboundFault, or the reason of the signal */
  send(url: URL, { method, headers, body, signal }: WholeRequest): Promise<Answer> {
    const isEncrypted = url.protocol === 'https:'
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const fail = (fault: OutboundFault) => void request.destroy(fault)
    this.#guard.check(url.hostname, isEncrypted)
    const request = (isEncrypted ? https : http).request(url, {
      method,
      agent: isEncrypted ? this.#encrypted : this.#plain,
      headers: {
        ...headers,
        'accept-encoding': 'identity',
        'user-agent': 'Assay',
        ...(body === undefined ? {} : { 'content-length': String(body.length) }),
      },
      ...(signal === undefined ? {} : { signal }),
    })
    const { connectMs, idleMs, answerMs, answerBytes, clips } = this.#limits
    const tooSlow = (what: string, ms: number) =>
      new OutboundFault('TOO_SLOW', `${url.host} ${what} within ${seconds(ms)}`, { mayPass: true })
    const connecting = setTimeout(() => fail(tooSlow('could not be connected to', connectMs)), connectMs)
    const answering = setTimeout(() => fail(tooSlow('did not end its answer', answerMs)), answerMs)
    request.setTimeout(idleMs, () => fail(tooSlow('sent nothing', idleMs)))
    request.on('socket', (socket) => {
      const connected = () => clearTimeout(connecting)
      if (socket.connecting) socket.once(isEncrypted ? 'secureConnect' : 'connect', connected)
      else connected()
    })
    request.on('response', (response) => {
      const fault = faultOfHead(url, response, clips ? undefined : answerBytes)
      if (fault !== undefined) {
        fail(fault)
        return
      }
      const pieces: Buffer[] = []
      let bytes = 0
      response.on('data', (piece: Buffer) => {
        bytes += piece.length
        if (bytes <= answerBytes) pieces.push(piece)
        else if (!clips) fail(tooLarge(url, answerBytes))
        else {
          pieces.push(piece.subarray(0, answerBytes - (bytes - piece.length)))
          whole()
          request.destroy()
        }
      })
      const whole = () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) })
      response.on('end', whole)
      response.on('error', (error) => reject(faultOfError(url, error)))
    })
    // Without this listener, Node closes the request without an event.
    request.on('upgrade', (_, socket) => {
      socket.destroy()
      reject(new OutboundFault('DAMAGED', `${url.host} changes to another protocol, which was not requested`))
    })
    request.on('error', (error) => reject(signal?.aborted ? signal.reason : faultOfError(url, error)))
    request.on('close', () => {
      clearTimeout(connecting)
      clearTimeout(answering)
    })
    request.end(body)
    return promise
  }
}

/** @param most bytes of the answer; undefined: any length and encoding */
function faultOfHead(url: URL, { statusCode = 0, headers }: http.IncomingMessage, most: number | undefined) {
  if (statusCode >= 300 && statusCode < 400) {
    const to = headers.location === undefined ? '' : ` to ${quoted(headers.location)}`
    return new OutboundFault(
      'REDIRECTED',
      `${url.host} redirects${to}; no redirect is followed, since a secret is only sent to its own host: name the address that answers`,
    )
  }
  if (most === undefined) return undefined
  const { 'content-encoding': encoding = 'identity', 'content-length': length } = headers
  if (encoding.toLowerCase() !== 'identity') {
    return new OutboundFault('DAMAGED', `${url.host} packs its answer as ${quoted(encoding)}, which was not requested`)
  }
  return Number(length) > most ? tooLarge(url, most) : undefined
}

function tooLarge(url: URL, most: number): OutboundFault {
  return new OutboundFault('TOO_LARGE', `${url.host} answers with more than ${Math.floor(most / 2 ** 20)} MiB`)
}

const seconds = (ms: number) => `${ms / 1000} s`

/** Errors of the connection, by the codes of Node and OpenSSL. */
function faultOfError(url: URL, error: NodeJS.ErrnoException): Error {
  if (error instanceof OutboundFault) return error
  const code = error.code ?? ''
  const details = { cause: error }
  const passing = { ...details, mayPass: true }
  if (code === 'ENOTFOUND') return new OutboundFault('NO_ANSWER', `No address is known of "${url.hostname}"`, passing)
  if (code === 'EAI_AGAIN') {
    return new OutboundFault('NO_ANSWER', `The address of "${url.hostname}" could not be looked up`, passing)
  }
  if (/CERT|SSL|TLS|ISSUER|SIGNATURE|^EPROTO$/.test(code)) {
    return new OutboundFault(
      'UNTRUSTED',
      `The certificate or the encryption of ${url.host} is not trusted: ${quoted(error.message)}; NODE_EXTRA_CA_CERTS names authorities of your own`,
      details,
    )
  }
  if (code.startsWith('HPE_')) {
    return new OutboundFault('DAMAGED', `${url.host} answers with no HTTP that can be read (${code})`, details)
  }
  const what = code === 'ECONNREFUSED' ? 'takes no connection' : 'ended the connection before its answer was whole'
  return new OutboundFault('NO_ANSWER', `${url.host} ${what}${code === '' ? '' : ` (${code})`}`, passing)
}
