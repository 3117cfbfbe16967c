import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { collectDefaultMetrics } from 'prom-client'
import { ConfigError } from '../config.ts'
import type { Logger } from '../logger.ts'
import type { Started } from '../run-process.ts'
import { registry } from './registry.ts'

/** The address of a process's metrics; without a `port`, they are not served. */
export interface MetricsAddress {
  readonly metricsHost: string
  readonly metricsPort: number | undefined
}

/** A scraper requests one page over a few connections and reads it at once; other clients are cut off. */
const options: http.ServerOptions = { maxHeaderSize: 8 * 1024, keepAliveTimeout: 65_000 }
const mostConnections = 32
const defaultPatienceMs = 5_000

/**
 * @param patienceMs the longest time in which a request must arrive, and for which a connection may be silent before it or in the middle of
 * an answer
 * @returns the address, and a function that stops serving. @throws ConfigError when it cannot listen on the port
 */
export async function serveMetrics(
  host: string,
  port: number,
  patienceMs = defaultPatienceMs,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  watchRuntime()
  const limits = {
    headersTimeout: patienceMs,
    requestTimeout: patienceMs,
    connectionsCheckingInterval: Math.min(1_000, patienceMs),
  }
  const server = http.createServer({ ...options, ...limits }, answer)
  server.maxConnections = mostConnections
  server.setTimeout(patienceMs)
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ message }) =>
      reject(new ConfigError(`The environment is not usable:\n  ASSAY_METRICS_PORT is ${port}: ${message}`)),
    )
    server.listen(port, host, resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Serves metrics during the whole life of a process: before it waits for its database until it has drained. */
export async function withMetrics<T extends Started>(
  { metricsHost, metricsPort }: MetricsAddress,
  logger: Logger,
  start: () => Promise<T>,
): Promise<T & Pick<Started, 'metricsUrl'>> {
  if (metricsPort === undefined) return await start()
  const metrics = await serveMetrics(metricsHost, metricsPort)
  logger.info({ url: metrics.url }, 'metrics')
  const started = await start().catch(async (error: unknown) => {
    await metrics.close()
    throw error
  })
  const stop = async () => {
    await started.stop()
    await metrics.close()
  }
  return { ...started, metricsUrl: metrics.url, stop }
}

let isWatched = false

/** Processor, memory, event loop and garbage collection, by the usual names of Node processes. */
function watchRuntime(): void {
  if (!isWatched) collectDefaultMetrics({ register: registry })
  isWatched = true
}

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  request.resume()
  const path = request.url?.split('?', 1)[0]
  if (path !== '/metrics') {
    reply(response, 404, 'The metrics are at /metrics\n')
    return
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    reply(response, 405, 'Send a GET request\n')
    return
  }
  page().then(
    (text) => {
      response.setHeader('cache-control', 'no-store')
      reply(response, 200, request.method === 'HEAD' ? undefined : text, registry.contentType)
    },
    () => reply(response, 500, 'The metrics cannot be read\n'),
  )
}

function reply(response: http.ServerResponse, status: number, body?: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(body)
}

/** Simultaneous scrapes share one page, since reading the metrics resets those of the event loop. */
let reading: Promise<string> | undefined

function page(): Promise<string> {
  reading ??= registry.metrics().finally(() => {
    reading = undefined
  })
  return reading
}
