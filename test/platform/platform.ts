import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApiClient, type Role } from '@assay/auth'
import { encryptionKeyHex } from '@assay/auth/testing'
import { conductorone } from '@assay/dialects'
import { createTenant, findTenant } from '@assay/store'
import { createTestDatabase, type TestDatabase } from '@assay/store/testing'
import type { Interceptor, Transport } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { fetchToken } from '../../apps/assay/src/api-client.ts'
import { importSources } from '../../apps/assay/src/commands/import.ts'
import { startPlatform } from '../../apps/assay/src/platform.ts'

/** Every process of the platform, on a database of its own, and ways in. */
export interface TestPlatform {
  readonly baseUrl: string
  readonly db: TestDatabase
  /** A bearer token for a fresh client of a role; of the tenant `local` unless another is named (and made). */
  token(role: Role, tenant?: string): Promise<string>
  stop(): Promise<void>
}

/**
 * @param database another one than a fresh one; the start migrates it, and the stop drops it
 * @param port of the gateway, for who has to know it before; 0: the system chooses
 */
export async function startTestPlatform(database?: TestDatabase, port = 0): Promise<TestPlatform> {
  // Tests wait for the worker, which on a busy machine would wait for all other tests.
  process.env.ASSAY_WORKER_NICENESS ??= '0'
  // Tests forge tokens by the key that signs.
  process.env.ASSAY_KEY_ENCRYPTION_KEY = encryptionKeyHex
  const db = database ?? (await createTestDatabase())
  const dataDirectory = await mkdtemp(join(tmpdir(), 'assay-platform-'))
  const settings = { databaseUrl: db.ownerUrl, dataDirectory, host: '127.0.0.1', port }
  const platform = await startPlatform(settings)
  const tenantOf = async (name: string) => {
    const { tenantId } = (await findTenant(db.owner.sql, name)) ?? (await createTenant(db.owner.sql, name))
    return tenantId
  }
  return {
    baseUrl: platform.baseUrl,
    db,
    async token(role, tenant = 'local') {
      const client = await createApiClient(db.owner.sql, {
        tenantId: await tenantOf(tenant),
        dialect: conductorone.clients,
        role,
        displayName: `Test ${role}`,
        host: '127.0.0.1',
      })
      return fetchToken(platform.baseUrl, client)
    },
    async stop() {
      await platform.stop()
      await db.drop()
      await rm(dataDirectory, { recursive: true, force: true })
    },
  }
}

/** Puts the token on every call of a Connect transport. */
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
