import http from 'node:http'
import http2 from 'node:http2'
import net from 'node:net'
import tls from 'node:tls'
import { Passing } from '@assay/rpc'
import { ConfigError } from './config.ts'
import type { NodeRequest, NodeResponse } from './node-messages.ts'
import { patience } from './patience.ts'
import { defaultPeerLimits, lookEveryMs, type PeerLimits } from './peer-limits.ts'
import { SlowBodies } from './slow-bodies.ts'
import { SlowReaders } from './slow-readers.ts'
import { plainHttp1Answer, plainHttp2Answer, secureContext, tlsOptions } from './tls-only.ts'

export type NodeHandler = (request: NodeRequest, response: NodeResponse) => void

/** Certificate chain and private key, PEM. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
  /** Whether connections that do not start with a TLS handshake are served too. Default false: such a client gets a message to use TLS. */
  readonly alsoPlain?: boolean
}

/** URLs of 64,000 characters and long cursors are valid; Node's default limit of 16 KB is too small. */
const maxHeaderBytes = 128 * 1024
/**
 * The limit that HTTP/2 clients are told. Node's HTTP/2 ends a connection on which one name or value is longer than 64 KiB, so a larger
 * limit would be wrong; many small fields are accepted up to the size above.
 */
const advertisedHeaderBytes = 64 * 1024
/** A list of fields of the advertised size has no more fields than this: each counts 32 bytes in addition to its text (RFC 9113, 6.5.2). */
const mostHeaders = advertisedHeaderBytes / 32
/** Uploads of many megabytes only run at the speed of the network if the peer need not wait after each 64 KB. */
const streamWindowBytes = 1024 * 1024
const sessionWindowBytes = 8 * streamWindowBytes

/** The time that a peer has to close its connection after this side has ended it. */
const farewellMs = 2_000

/**
 * The shortest time that a connection without a request stays open while the server drains: its peer may have sent a request that has not
 * arrived, and would get a reset. Time in which this process did not run does not count, since nothing was read in it.
 */
const lingerMs = 250
/** The limit, so that peers that keep connecting do not keep a port open. */
const longestAcceptMs = 500
/** In a GOAWAY: no stream has been refused yet (RFC 9113, section 6.8). */
const lastOfAllStreams = 2 ** 31 - 1

/**
 * The most connections that wait to be accepted. It is larger than Node's default of 511, since a client waits for seconds when the queue
 * is full.
 */
const mostUnaccepted = 4096

const tlsHandshakeByte = 0x16
const http2Preface = Buffer.from('PRI * HTTP/2.0')

/** Several protocols on one listening socket. */
export interface OnePort {
  listen(host: string, port: number): Promise<net.AddressInfo>
  /**
   * Ends all connections without a reset. From now on, answers over HTTP/1.1 say that they are the last of their connection, and HTTP/2
   * peers are asked to open no more streams. New connections are accepted until the pause ends; then idle ones end, and running requests
   * continue. Resolves when the last socket is closed.
   */
  drain(pauseMs?: number): Promise<void>
  /** Serves new TLS connections with another certificate; existing ones continue. @throws when certificate and key do not match */
  setCertificate(files: Pick<TlsFiles, 'cert' | 'key'>): void
  /** Closes every connection now. */
  destroy(): void
}

/**
 * HTTP/1.1 and HTTP/2 with prior knowledge, with `tls` also encrypted. The protocol is recognised by the first bytes of a peer: a TLS
 * handshake, the HTTP/2 preface, or anything else (which the HTTP/1.1 parser checks).
 */
export function createOnePort(
  handler: NodeHandler,
  tlsFiles?: TlsFiles,
  peerLimits: Partial<PeerLimits> = {},
): OnePort {
  const limits = { ...defaultPeerLimits, ...peerLimits }
  const bodies = new SlowBodies(limits)
  const readers = new SlowReaders(limits.readerIdleMs)
  const serve: NodeHandler = (request, response) => {
    bodies.watch(request, response)
    handler(request, response)
  }
  const sockets = new Set<net.Socket>()
  /** Connections that have not sent a byte. */
  const silent = new Set<net.Socket>()
  const answering = new Passing<http.ServerResponse>()
  const sessions = new Map<http2.ServerHttp2Session, SessionLife>()
  /** The socket whose session is being opened. */
  let opening: net.Socket | undefined
  let draining = false
  let acceptedCount = 0

  const http1Options: http.ServerOptions = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: limits.openingMs,
    keepAliveTimeout: limits.idleMs,
    // A large file over a slow line takes long; `SlowBodies` limits how slowly it may arrive.
    requestTimeout: 0,
    connectionsCheckingInterval: lookEveryMs(limits.openingMs),
  }
  const http1 = http.createServer(http1Options, (request, response) => {
    if (draining) response.shouldKeepAlive = false
    const answer = answering.add(response)
    response.once('close', () => {
      answering.remove(answer)
      // The peer of an answer that began before the drain does not know that it was the last one.
      if (draining && response.shouldKeepAlive) patience(lingerMs).then(() => http1.closeIdleConnections())
    })
    serve(request, response)
  })
  http1.maxHeadersCount = mostHeaders
  // A server only checks header and idle timeouts after it starts to listen; this one gets its connections from another server.
  http1.emit('listening')

  const h2 = http2.createServer(
    {
      maxHeaderListPairs: mostHeaders,
      maxSessionMemory: 64,
      settings: {
        initialWindowSize: streamWindowBytes,
        maxHeaderListSize: advertisedHeaderBytes,
        maxConcurrentStreams: 1000,
      },
    },
    serve,
  )
  h2.on('session', (session: http2.ServerHttp2Session) => {
    const life: SessionLife = { socket: opening as net.Socket, streams: 0, isOpen: false, idleSince: performance.now() }
    sessions.set(session, life)
    session.setLocalWindowSize(sessionWindowBytes)
    session.once('remoteSettings', () => {
      life.isOpen = true
    })
    session.once('close', () => sessions.delete(session))
    // The session of a peer that breaks the protocol is destroyed; no other code needs the error.
    session.on('error', () => session.destroy())
  })
  h2.on('stream', (stream) => {
    const life = sessions.get(stream.session as http2.ServerHttp2Session)
    if (life === undefined) return
    life.streams++
    readers.watchStream(stream, life.socket)
    stream.once('close', () => {
      life.streams--
      life.idleSince = performance.now()
    })
  })
  const openSession = (socket: net.Socket) => {
    opening = socket
    h2.emit('connection', socket)
    opening = undefined
  }
  const endIdleSessions = () => {
    const now = performance.now()
    for (const [session, { streams, isOpen, idleSince, socket }] of sessions) {
      if (!isOpen && now - idleSince > limits.openingMs) session.destroy()
      if (streams > 0 || session.closed || now - idleSince <= limits.idleSessionMs) continue
      session.close()
      bidFarewell(socket)
    }
  }
  const idleWatch = setInterval(endIdleSessions, lookEveryMs(limits.openingMs, limits.idleSessionMs)).unref()

  const secure =
    tlsFiles &&
    tls.createServer({
      ...tlsOptions,
      cert: tlsFiles.cert,
      key: tlsFiles.key,
      handshakeTimeout: limits.openingMs,
    })
  secure?.on('secureConnection', (socket) => {
    socket.on('error', () => socket.destroy())
    if (socket.alpnProtocol === 'h2') openSession(socket)
    else peek(socket, limits.openingMs, (first) => begin(socket, first))
  })
  // A failed handshake is the peer's fault. A handshake timeout leaves the socket open, so it is destroyed here.
  secure?.on('tlsClientError', (_, socket) => socket.destroy())

  const begin = (socket: net.Socket, first: Buffer) => {
    if (isHttp2(first)) openSession(socket)
    else http1.emit('connection', socket)
  }

  const port = net.createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (socket) => {
    acceptedCount++
    sockets.add(socket)
    silent.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      silent.delete(socket)
    })
    socket.on('error', () => socket.destroy())
    readers.watch(socket)
    peek(socket, limits.openingMs, (first) => {
      silent.delete(socket)
      if (secure && first[0] === tlsHandshakeByte) secure.emit('connection', socket)
      else if (secure && tlsFiles.alsoPlain !== true) refusePlain(socket, isHttp2(first))
      else begin(socket, first)
    })
  })

  return {
    listen: (host, portNumber) =>
      new Promise((resolve, reject) => {
        port.once('error', (error) => reject(listenError(error, host, portNumber)))
        port.listen({ port: portNumber, host, backlog: mostUnaccepted }, () => {
          port.removeAllListeners('error')
          resolve(port.address() as net.AddressInfo)
        })
      }),
    drain(pauseMs = 0) {
      draining = true
      for (const { value: response } of answering.members) {
        if (!response.headersSent) response.shouldKeepAlive = false
      }
      for (const session of sessions.keys()) {
        if (!session.destroyed) session.goaway(http2.constants.NGHTTP2_NO_ERROR, lastOfAllStreams)
      }
      const endIdle = () => {
        for (const session of sessions.keys()) session.close()
        for (const socket of silent) socket.destroySoon()
        http1.close()
      }
      return new Promise((resolve) => {
        const close = () => {
          port.close(() => {
            bodies.stop()
            readers.stop()
            clearInterval(idleWatch)
            resolve()
          })
          // The last connections were just accepted, and their requests may be on the way.
          patience(Math.max(lingerMs, Math.min(1_000, pauseMs / 5))).then(endIdle)
        }
        // The system resets connections that wait to be accepted when the port closes; Node accepts one in each turn of its loop.
        const closeWhenAccepted = (until: number) => {
          const before = acceptedCount
          setImmediate(() => {
            if (acceptedCount > before && performance.now() < until) closeWhenAccepted(until)
            else close()
          })
        }
        if (pauseMs > 0) setTimeout(() => closeWhenAccepted(performance.now() + longestAcceptMs), pauseMs)
        else close()
      })
    },
    setCertificate({ cert, key }) {
      secure?.setSecureContext({ ...secureContext, cert, key })
    },
    destroy() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** An error that an operator can correct has a message with the remedy. */
function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new ConfigError(`Port ${port} of ${host} is taken by another process: stop that one or set ASSAY_PORT`)
    case 'EACCES':
      return new ConfigError(
        `Port ${port} needs rights that this process does not have: set ASSAY_PORT to one above 1023`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigError(`${host} is not an address of this machine: set ASSAY_HOST`)
    default:
      return error
  }
}

interface SessionLife {
  /** The socket of the session. */
  readonly socket: net.Socket
  streams: number
  /** Whether the peer has sent its first frame. */
  isOpen: boolean
  /** The time since the end of its last stream, or since its beginning. */
  idleSince: number
}

/** Tells a peer to use TLS, and reads on for a moment: if the socket closed at once, a reset could destroy the answer. */
function refusePlain(socket: net.Socket, isHttp2: boolean): void {
  bidFarewell(socket.resume().end(isHttp2 ? plainHttp2Answer : plainHttp1Answer))
}

function bidFarewell(socket: net.Socket): void {
  const giveUp = setTimeout(() => socket.destroy(), farewellMs)
  socket.once('close', () => clearTimeout(giveUp))
}

/** Reads the first bytes without consuming them: as many as are needed to recognise the protocol. */
function peek(socket: net.Socket, patienceMs: number, found: (first: Buffer) => void): void {
  const giveUp = setTimeout(() => socket.destroy(), patienceMs)
  let seen: Buffer = Buffer.alloc(0)
  const look = () => {
    const chunk: Buffer | null = socket.read()
    if (chunk === null) return
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk])
    if (seen.length < http2Preface.length && http2Preface.subarray(0, seen.length).equals(seen)) return
    stop()
    socket.unshift(seen)
    found(seen)
  }
  const stop = () => {
    clearTimeout(giveUp)
    socket.off('readable', look)
    socket.off('close', stop)
  }
  socket.on('readable', look)
  socket.once('close', stop)
}

function isHttp2(first: Buffer): boolean {
  return first.length >= http2Preface.length && first.subarray(0, http2Preface.length).equals(http2Preface)
}
