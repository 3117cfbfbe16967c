import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2'
import { Http2SessionManager } from '@connectrpc/connect-node'

/** Http2SessionManager without two of its faults. */
export class StreamSessions extends Http2SessionManager {
  readonly #guarded = new WeakSet<ClientHttp2Session>()

  override async request(...call: Parameters<Http2SessionManager['request']>): Promise<ClientHttp2Stream> {
    const stream = await super.request(...call)
    breakOffPlainly(stream)
    this.#guard(stream.session)
    return stream
  }

  /**
   * When a service says goodbye, the manager destroys the session with an error. When a call begins at the same moment, the
   * manager has given up its listener before the error comes, and an error that has no listener ends the process.
   */
  #guard(session: ClientHttp2Stream['session']): void {
    if (session === undefined || this.#guarded.has(session as ClientHttp2Session)) return
    this.#guarded.add(session as ClientHttp2Session)
    session.on('error', () => {}) // the calls on this session get the error themselves
  }
}

/**
 * Node's `close(code)` ends the request first: END_STREAM goes out before RST_STREAM, and the service behind would take half
 * an upload for all of it.
 */
function breakOffPlainly(stream: ClientHttp2Stream): void {
  const close = stream.close.bind(stream)
  stream.close = (code, done) => {
    if (code !== undefined && code !== 0) stream.end = () => stream
    close(code, done)
  }
}
