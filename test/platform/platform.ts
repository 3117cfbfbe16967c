import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApiClient, type Role } from '@assay/auth'
import { encryptionKeyHex } from '@assay/auth/testing'
import { conductorone } from '@assay/dialects'
import { createTenant, findTenant } from '@assay/store'
import { createTestDatabase, openTestDatabase, type TestDatabase } from '@assay/store/testing'
import type { ReceivedSpan } from '@assay/tracing/testing'
import type { Interceptor, Transport } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { inject } from 'vitest'
import { fetchToken } from '../../apps/assay/src/api-client.ts'
import { importSources } from '../../apps/assay/src/commands/import.ts'
import { startPlatform } from '../../apps/assay/src/platform.ts'
import type { RunPlatform } from './run-platform.ts'

/** A platform with all processes, and helpers to call it. */
export interface TestPlatform {
  readonly baseUrl: string
  readonly db: TestDatabase
  /** The tenants of this file, on a platform that other files share; undefined on a separate platform. */
  readonly tenants?: ReadonlySet<number>
  /** The id of a tenant, `local` unless another is named (and made). */
  tenantId(name?: string): Promise<number>
  /** A bearer token for a fresh client of a role; of the tenant `local` unless another is named (and made). */
  token(role: Role, tenant?: string): Promise<string>
  stop(): Promise<void>
}

/**
 * @param database a database to use instead of a new one; the start migrates it, and the stop drops it
 * @param port the port of the gateway, for tests that must know it before; with 0 the system chooses
 */
export async function startTestPlatform(database?: TestDatabase, port = 0): Promise<TestPlatform> {
  // Tests wait for the worker, and with low priority it would wait for all other tests on a busy machine.
  process.env.ASSAY_WORKER_NICENESS ??= '0'
  // Tests forge tokens with the signing key.
  process.env.ASSAY_KEY_ENCRYPTION_KEY = encryptionKeyHex
  const db = database ?? (await createTestDatabase())
  const dataDirectory = await mkdtemp(join(tmpdir(), 'assay-platform-'))
  const settings = { databaseUrl: db.ownerUrl, dataDirectory, host: '127.0.0.1', port }
  const platform = await startPlatform(settings)
  const tenantId = tenantsBy(db, (name) => name)
  return {
    baseUrl: platform.baseUrl,
    db,
    tenantId,
    token: tokensOf(platform.baseUrl, db, tenantId),
    async stop() {
      await platform.stop()
      await db.drop()
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}

/** The platform that the files of a run share, as one file sees it. */
interface JoinedPlatform extends TestPlatform {
  readonly tenants: ReadonlySet<number>
  /** The received spans of a trace that a call requested by `traceparent`. */
  spansOf(traceId: string): Promise<readonly ReceivedSpan[]>
}

/**
 * The platform that the files of a run share, with separate tenants for this file: `local` and others by the names that it chooses.
 * Meanwhile other tenants have running work, stored data and counts.
 */
export async function joinTestPlatform(): Promise<JoinedPlatform> {
  const answer = await fetch(inject('testPlatformBroker'))
  if (!answer.ok) throw new Error(`The platform of the run did not start: ${await answer.text()}`)
  const { baseUrl, collectorUrl, ...urls } = (await answer.json()) as RunPlatform
  const db = openTestDatabase(urls)
  const own = `file-${randomBytes(6).toString('hex')}`
  const tenants = new Set<number>()
  const find = tenantsBy(db, (name) => `${own} ${name}`)
  const tenantId = async (name?: string) => {
    const id = await find(name)
    tenants.add(id)
    return id
  }
  // Several tokens may be requested at once.
  await tenantId()
  const spansOf = async (traceId: string) =>
    (await (await fetch(`${collectorUrl}/spans/${traceId}`)).json()) as ReceivedSpan[]
  return { baseUrl, db, tenants, tenantId, token: tokensOf(baseUrl, db, tenantId), spansOf, stop: () => db.drop() }
}

function tenantsBy({ owner }: TestDatabase, nameOf: (name: string) => string): TestPlatform['tenantId'] {
  return async (name = 'local') => {
    const called = nameOf(name)
    const { tenantId } = (await findTenant(owner.sql, called)) ?? (await createTenant(owner.sql, called))
    return tenantId
  }
}

function tokensOf(baseUrl: string, { owner }: TestDatabase, tenantId: TestPlatform['tenantId']): TestPlatform['token'] {
  return async (role, tenant) => {
    const client = await createApiClient(owner.sql, {
      tenantId: await tenantId(tenant),
      dialect: conductorone.clients,
      role,
      displayName: `Test ${role}`,
      host: '127.0.0.1',
    })
    return fetchToken(baseUrl, client)
  }
}

/** Adds the token to every call of a Connect transport. */
export function bearer(token: string): Interceptor {
  return (next) => (request) => {
    request.header.set('authorization', `Bearer ${token}`)
    return next(request)
  }
}

export function grpc(baseUrl: string, token: string): Transport {
  return createGrpcTransport({ baseUrl, interceptors: [bearer(token)] })
}

/** Loads files given as text, through the public port, and waits for the commit. */
export async function importFiles(baseUrl: string, token: string, files: Readonly<Record<string, string>>) {
  const sources = Object.entries(files).map(([fileName, text]) => ({ fileName, content: [Buffer.from(text)] }))
  const api = { baseUrl, token, transport: grpc(baseUrl, token) }
  return importSources(api, sources, { skipInvalid: false, report: () => {} })
}

/** One REST call: the status, the answer's JSON and its headers. Text and bytes are sent as they are. */
export async function rest(baseUrl: string, token: string | undefined, call: string, body?: unknown) {
  const [method = 'GET', path = ''] = call.split(' ')
  const answer = await fetch(new URL(path, baseUrl), {
    method,
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
    ...(body !== undefined && { body: isSentAsIs(body) ? body : JSON.stringify(body) }),
  })
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown>, headers: answer.headers }
}

function isSentAsIs(body: unknown): body is string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' || body instanceof Uint8Array
}
