import type http from 'node:http'
import type http2 from 'node:http2'

/** A request or response of either HTTP version, as Node's servers pass it to a listener. */
export type NodeRequest = http.IncomingMessage | http2.Http2ServerRequest

export type NodeResponse = http.ServerResponse | http2.Http2ServerResponse
