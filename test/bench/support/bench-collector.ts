import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'

/** A collector that accepts spans and ignores them. It runs in a separate thread, so that it costs as little as a remote one. */
interface BenchCollector {
  readonly url: string
  close(): Promise<void>
}

export async function startBenchCollector(): Promise<BenchCollector> {
  const worker = new Worker(new URL(import.meta.url))
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  return { url: `http://127.0.0.1:${port}`, close: async () => void (await worker.terminate()) }
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => response.end())
  })
  server.listen(0, '127.0.0.1', () => port.postMessage((server.address() as AddressInfo).port))
}
