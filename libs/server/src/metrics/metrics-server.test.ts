import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { expect, test } from 'vitest'
import { metricsSettings, readConfig } from '../config.ts'
import { createLogger } from '../logger.ts'
import { serveMetrics, withMetrics } from './metrics-server.ts'
import { refused } from './refusals.ts'

const logger = createLogger('test', 'silent')

test('a process shows its metrics, by the names of Prometheus, until it has stopped', async () => {
  const stopped: string[] = []
  const started = await withMetrics({ metricsHost: '127.0.0.1', metricsPort: 0 }, logger, async () => ({
    stop: async () => {
      stopped.push((await fetch(started.metricsUrl ?? '')).statusText)
    },
  }))
  const url = started.metricsUrl ?? ''
  refused('rights')
  const answer = await fetch(url)
  const text = await answer.text()
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  expect(text).toMatch(/^assay_refused_total\{reason="rights"\} \d+$/m)
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m)
  await started.stop()
  // A draining process still serves its metrics.
  expect(stopped).toEqual(['OK'])
  await expect(fetch(url)).rejects.toThrow('fetch failed')
})

test('without a port nothing is served', async () => {
  const started = await withMetrics({ metricsHost: '127.0.0.1', metricsPort: undefined }, logger, async () => ({
    stop: async () => {},
  }))
  expect(started).not.toHaveProperty('metricsUrl')
})

test('the port answers GET and HEAD of /metrics and nothing else', async () => {
  const { url, close } = await serveMetrics('127.0.0.1', 0)
  const statuses = await Promise.all(
    [
      fetch(url, { method: 'HEAD' }),
      fetch(`${url}?a=b`),
      fetch(url, { method: 'POST', body: 'x' }),
      fetch(`${url}/x`),
      fetch(new URL('/', url)),
      fetch(url, { headers: { 'x-long': 'a'.repeat(9_000) } }),
    ].map(async (answer) => (await answer).status),
  )
  expect(statuses).toEqual([200, 200, 405, 404, 404, 431])
  await close()
})

test('connections that say nothing, or half a request, or more bodies than announced in time, are closed', async () => {
  const { url, close } = await serveMetrics('127.0.0.1', 0, 200)
  const port = Number(new URL(url).port)
  const sayings = [
    '',
    'GET /metrics HTTP/1.1\r\nHost: x\r\n',
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na',
  ]
  await Promise.all(
    sayings.map(async (saying) => {
      const socket = net.connect(port, '127.0.0.1').resume()
      socket.write(saying)
      await once(socket, 'close')
    }),
  )
  await close()
})

test('a scraper keeps its connection from one scrape to the next', async () => {
  const { url, close } = await serveMetrics('127.0.0.1', 0, 200)
  const agent = new http.Agent({ keepAlive: true })
  const scrape = async () => {
    const request = http.get(url, { agent })
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    response.resume()
    await once(response, 'end')
    return request.reusedSocket
  }
  expect([await scrape(), await scrape()]).toEqual([false, true])
  agent.destroy()
  await close()
})

test('a port that is taken, or is none, is told by the name of the variable', async () => {
  const { url, close } = await serveMetrics('127.0.0.1', 0)
  await expect(serveMetrics('127.0.0.1', Number(new URL(url).port))).rejects.toThrow(
    /ASSAY_METRICS_PORT is \d+: listen EADDRINUSE/,
  )
  await close()
  expect(readConfig({ ASSAY_METRICS_PORT: 'off' }, metricsSettings).metricsPort).toBeUndefined()
  expect(readConfig({}, metricsSettings)).toEqual({ metricsHost: '127.0.0.1', metricsPort: undefined })
  expect(() => readConfig({ ASSAY_METRICS_PORT: '9464 ' }, metricsSettings)).toThrow(
    'ASSAY_METRICS_PORT is "9464 ": give a port number from 0 (any free one) to 65535, or off',
  )
})
