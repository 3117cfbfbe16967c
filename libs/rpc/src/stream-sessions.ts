import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2'
import { Http2SessionManager } from '@connectrpc/connect-node'

/** `Http2SessionManager` with two of its faults fixed. */
export class StreamSessions extends Http2SessionManager {
  readonly #guarded = new WeakSet<ClientHttp2Session>()

  override async request(...call: Parameters<Http2SessionManager['request']>): Promise<ClientHttp2Stream> {
    const stream = await super.request(...call)
    breakOffPlainly(stream)
    this.#guard(stream.session)
    return stream
  }

  /**
   * When a service closes a session, the manager destroys the session with an error. If a call begins at the same moment, the
   * manager has removed its listener before the error occurs, and an error without a listener ends the process.
   */
  #guard(session: ClientHttp2Stream['session']): void {
    if (session === undefined || this.#guarded.has(session as ClientHttp2Session)) return
    this.#guarded.add(session as ClientHttp2Session)
    session.on('error', () => {}) // the calls of this session get the error
  }
}

/**
 * Node's `close(code)` ends the request first: END_STREAM is sent before RST_STREAM, and the service would treat half an upload
 * as complete.
 */
function breakOffPlainly(stream: ClientHttp2Stream): void {
  const close = stream.close.bind(stream)
  stream.close = (code, done) => {
    if (code !== undefined && code !== 0) stream.end = () => stream
    close(code, done)
  }
}
