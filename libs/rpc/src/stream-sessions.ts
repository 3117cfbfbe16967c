import type { ClientHttp2Stream } from 'node:http2'
import { Http2SessionManager } from '@connectrpc/connect-node'

/**
 * A session manager whose streams break off without saying that they are whole. Node's `close(code)` ends the request
 * first: END_STREAM goes out before RST_STREAM, and the service behind would take half an upload for all of it.
 */
export class StreamSessions extends Http2SessionManager {
  override async request(...call: Parameters<Http2SessionManager['request']>): Promise<ClientHttp2Stream> {
    const stream = await super.request(...call)
    const close = stream.close.bind(stream)
    stream.close = (code, done) => {
      if (code !== undefined && code !== 0) stream.end = () => stream
      close(code, done)
    }
    return stream
  }
}
