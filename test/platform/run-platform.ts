import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { encryptionKeyHex } from '@assay/auth/testing'
import { cloneTestDatabase, type TestDatabase } from '@assay/store/testing-database'
import { startTestCollector } from '@assay/tracing/testing'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers a GET with a `RunPlatform` as JSON, and starts that platform at the first request. */
    testPlatformBroker: string
  }
}

/** The addresses of the platform of the run, for test files. */
export interface RunPlatform {
  readonly baseUrl: string
  readonly url: string
  readonly ownerUrl: string
  /** Receives the spans of calls whose client sends a sampled `traceparent`; `GET /spans/TRACE` returns those of a trace. */
  readonly collectorUrl: string
}

interface Started extends RunPlatform {
  stop(): Promise<void>
}

/**
 * vitest's global set-up: one platform for a whole run, on which files that need no separate platform have tenants. It starts when
 * the first of them requests it (`joinTestPlatform`), so a run without such files costs nothing.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let platform: Promise<Started> | undefined
  const { testServerBroker } = project.getProvidedContext()
  const broker = createServer((_, response) => {
    platform ??= start(testServerBroker)
    platform.then(
      ({ stop: _, ...urls }) => response.end(JSON.stringify(urls)),
      (error: Error) => response.writeHead(500).end(error.message),
    )
  })
  await new Promise<void>((listening) => broker.listen(0, '127.0.0.1', listening))
  const address = broker.address()
  if (address === null || typeof address === 'string') throw new Error('The broker of the test platform has no port')
  project.provide('testPlatformBroker', `http://127.0.0.1:${address.port}`)
  return async () => {
    broker.close()
    await (await platform?.catch(() => undefined))?.stop()
  }
}

async function start(testServerBroker: string): Promise<Started> {
  const db = await cloneTestDatabase(testServerBroker)
  const dataDirectory = await mkdtemp(join(tmpdir(), 'assay-run-platform-'))
  const collector = await startTestCollector()
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../apps/assay/src/main.ts'), 'start'], {
    env: {
      // Tests wait for the worker, and with low priority it would wait for all other tests on a busy machine.
      ASSAY_WORKER_NICENESS: '0',
      ...process.env,
      DATABASE_URL: db.ownerUrl,
      ASSAY_DATA_DIRECTORY: dataDirectory,
      ASSAY_PORT: '0',
      // Tests forge tokens with the signing key.
      ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex,
      // Tests make more calls than a client may; the gateway's own tests cover the limit.
      ASSAY_SAILPOINT_RATE_LIMIT: '0',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_SAMPLER: 'parentbased_always_off',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = async () => {
    await end(child)
    await collector.close()
    await db.drop()
    await rm(dataDirectory, { recursive: true, force: true })
  }
  try {
    return { baseUrl: await addressOf(child), ...urlsOf(db), collectorUrl: collector.url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function urlsOf({ url, ownerUrl }: TestDatabase) {
  return { url, ownerUrl }
}

/** The address of the platform, from its first lines. */
async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The platform of the run has no output')
  for await (const line of createInterface(child.stdout)) {
    const [, address] = /^Assay is ready at (\S+)$/.exec(line) ?? []
    if (address === undefined) continue
    child.stdout.resume()
    return address
  }
  throw new Error('The platform of the run did not start')
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
