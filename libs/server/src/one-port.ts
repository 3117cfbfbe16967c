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
  /**
   * Also serve connections that do not start with a TLS handshake. Default false: such a client gets a message to use
   * TLS.
   */
  readonly alsoPlain?: boolean
}

/** URLs of 64,000 characters and long cursors are legal here; Node's own limit of 16 KB is not enough. */
const maxHeaderBytes = 128 * 1024
/**
 * What HTTP/2 clients learn of that. Node's HTTP/2 breaks a connection on which one name or value is longer than 64 KiB, so a
 * greater limit would not hold; more small ones pass, up to the size above.
 */
const advertisedHeaderBytes = 64 * 1024
/** A list of fields of the advertised size has no more than this: each counts 32 bytes beside its text (RFC 9113, 6.5.2). */
const mostHeaders = advertisedHeaderBytes / 32
/** Uploads of many megabytes run at the speed of the network only if the peer need not wait for each 64 KB. */
const streamWindowBytes = 1024 * 1024
const sessionWindowBytes = 8 * streamWindowBytes

/** Time that a peer has to close its connection after we ended it. */
const farewellMs = 2_000

/**
 * How long a connection without a request stays open at least while we drain: its peer may have sent one that is still on its
 * way, and would get a reset. Time in which this process stood still does not count: nothing was read in it.
 */
const lingerMs = 250
/** Peers that never stop to connect do not keep a port open. */
const longestAcceptMs = 500
/** In a GOAWAY: "no stream was refused yet" (RFC 9113, section 6.8). */
const lastOfAllStreams = 2 ** 31 - 1

/** Connections that wait to be accepted; more than Node's 511, since a caller that finds the queue full waits for seconds. */
const mostUnaccepted = 4096

const tlsHandshakeByte = 0x16
const http2Preface = Buffer.from('PRI * HTTP/2.0')

/** Several protocols behind one listening socket. */
export interface OnePort {
  listen(host: string, port: number): Promise<net.AddressInfo>
  /**
   * Ends all connections without a reset. From now on answers over HTTP/1.1 say that they are the last of their connection, and
   * HTTP/2 peers are asked to open no more streams. New connections are taken until the pause is over; then idle ones end,
   * and running requests go on. Resolves when the last socket is gone.
   */
  drain(pauseMs?: number): Promise<void>
  /** Serves new TLS connections with another certificate; running ones go on. @throws when the two do not belong together */
  setCertificate(files: Pick<TlsFiles, 'cert' | 'key'>): void
  /** Ends every connection now. */
  destroy(): void
}

/**
 * HTTP/1.1 and HTTP/2 with prior knowledge, with `tls` both of them encrypted, told apart by the first bytes that a peer
 * sends: a TLS handshake, the HTTP/2 preface, or anything else (which the HTTP/1.1 parser judges).
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
  /** Whose session begins at the moment. */
  let opening: net.Socket | undefined
  let draining = false
  let acceptedCount = 0

  const http1Options: http.ServerOptions = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: limits.openingMs,
    keepAliveTimeout: limits.idleMs,
    // A big file over a slow line takes its time; how it must come, `SlowBodies` knows.
    requestTimeout: 0,
    connectionsCheckingInterval: lookEveryMs(limits.openingMs),
  }
  const http1 = http.createServer(http1Options, (request, response) => {
    if (draining) response.shouldKeepAlive = false
    const answer = answering.add(response)
    response.once('close', () => {
      answering.remove(answer)
      // The peer of an answer that began before we drained does not know that it was the last.
      if (draining && response.shouldKeepAlive) patience(lingerMs).then(() => http1.closeIdleConnections())
    })
    serve(request, response)
  })
  http1.maxHeadersCount = mostHeaders
  // Only a server that listens starts to watch its connections for header and idle timeouts; this one gets them handed.
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
    // A peer that breaks the protocol loses its session; no other code needs to know.
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
  // A failed handshake is the peer's affair. One that took too long leaves the socket open.
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
          // The last connections were taken a moment ago, and their requests are on the way.
          patience(Math.max(lingerMs, Math.min(1_000, pauseMs / 5))).then(endIdle)
        }
        // The system resets connections that wait to be accepted, of which Node accepts one in each turn of its loop.
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

/** A fault that an operator can correct has its own message. */
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
      return new ConfigError(`${host} is no address of this machine: set ASSAY_HOST`)
    default:
      return error
  }
}

interface SessionLife {
  /** The socket that it writes to. */
  readonly socket: net.Socket
  streams: number
  /** Whether the peer has said the first thing that it has to say. */
  isOpen: boolean
  /** Since its last stream ended, or it began. */
  idleSince: number
}

/**
 * Answers a peer that it must use TLS, and reads on for a moment: if the socket closed at once, a reset might destroy
 * the answer.
 */
function refusePlain(socket: net.Socket, isHttp2: boolean): void {
  bidFarewell(socket.resume().end(isHttp2 ? plainHttp2Answer : plainHttp1Answer))
}

function bidFarewell(socket: net.Socket): void {
  const giveUp = setTimeout(() => socket.destroy(), farewellMs)
  socket.once('close', () => clearTimeout(giveUp))
}

/** Shows the first bytes without taking them: as many as are needed to tell the protocol. */
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
