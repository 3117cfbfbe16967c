import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createApiClient } from '@assay/auth'
import { conductorone } from '@assay/dialects'
import { createTenant } from '@assay/store'
import { fetchToken } from '../../../apps/assay/src/api-client.ts'
import type { BenchPlatform } from './bench-platform.ts'
import { sailpointCalls } from './sailpoint-calls.ts'

/** The number of clients of each kind. */
interface HoldingCounts {
  /** Each client sends a byte of a file every two seconds, as long as the server permits, and then begins again. */
  readonly uploads: number
  /** Each client requests a download of an export and reads nothing of it. */
  readonly readers: number
  /** Half of the sockets have made a call over HTTP/1.1, the other half have opened HTTP/2. */
  readonly idleSockets: number
}

interface HoldingClients {
  /** The connections that are open now. */
  open(): HoldingCounts
  /** Closes all of them. */
  release(): Promise<void>
}

/** A tenant may have eight uploads at the same time. */
const uploadsOfTenant = 6
const dripMs = 2_000
const exportedMb = 32
/** The number of connections that are opened at the same time, so that none waits in the queue of the system. */
const atATime = 200

/**
 * Clients that occupy connections, uploads and downloads without using them. They repeat a refused request until they are released. The
 * uploads are in separate tenants, and the readers in the platform's tenant.
 */
export async function holdConnections(platform: BenchPlatform, wanted: HoldingCounts): Promise<HoldingClients> {
  const holders = new Holders(platform.port)
  for (let begun = 0; begun < wanted.idleSockets; begun += atATime) {
    const some = Math.min(atATime, wanted.idleSockets - begun)
    await Promise.all(Array.from({ length: some }, (_, i) => holders.hold('idleSockets', i % 2 === 0 ? idle1 : idle2)))
  }
  for (let begun = 0; begun < wanted.uploads; begun += uploadsOfTenant) {
    const some = Math.min(uploadsOfTenant, wanted.uploads - begun)
    const head = await uploadOfNewTenant(platform)
    await Promise.all(Array.from({ length: some }, () => holders.hold('uploads', head, drip)))
  }
  const head = await largeDownload(platform)
  await Promise.all(Array.from({ length: wanted.readers }, () => holders.hold('readers', head, readNothing)))
  return holders
}

const idle1 = Buffer.from('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
const idle2 = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])])

class Holders implements HoldingClients {
  readonly #port: number
  readonly #open = {
    uploads: new Set<net.Socket>(),
    readers: new Set<net.Socket>(),
    idleSockets: new Set<net.Socket>(),
  }
  #isReleased = false

  constructor(port: number) {
    this.#port = port
  }

  /** Opens a connection and sends the first bytes, and does this again whenever the connection is closed. */
  async hold(
    kind: keyof HoldingCounts,
    first: Buffer,
    then: (socket: net.Socket) => void = (socket) => socket.resume(),
  ) {
    const socket = net.connect(this.#port, '127.0.0.1')
    this.#open[kind].add(socket)
    socket.on('error', () => {})
    socket.once('close', async () => {
      this.#open[kind].delete(socket)
      await sleep(100)
      if (!this.#isReleased) await this.hold(kind, first, then).catch(() => {})
    })
    await once(socket, 'connect')
    socket.write(first)
    then(socket)
  }

  open(): HoldingCounts {
    const { uploads, readers, idleSockets } = this.#open
    return { uploads: uploads.size, readers: readers.size, idleSockets: idleSockets.size }
  }

  async release(): Promise<void> {
    this.#isReleased = true
    for (const sockets of Object.values(this.#open)) for (const socket of sockets) socket.destroy()
    await sleep(200)
  }
}

function drip(socket: net.Socket): void {
  const timer = setInterval(() => socket.write('1\r\nx\r\n'), dripMs)
  socket.resume().once('close', () => clearInterval(timer))
}

function readNothing(socket: net.Socket): void {
  socket.pause()
}

async function uploadOfNewTenant({ owner, port }: BenchPlatform): Promise<Buffer> {
  const { tenantId } = await createTenant(owner.sql, `holding ${randomUUID()}`)
  const about = {
    tenantId,
    dialect: conductorone.clients,
    role: 'admin',
    displayName: 'bench',
    host: '127.0.0.1',
  } as const
  const base = `http://127.0.0.1:${port}`
  const token = await fetchToken(base, await createApiClient(owner.sql, about))
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const opened = await fetch(`${base}/directory/v1/imports`, { method: 'POST', headers, body: '{}' })
  const { id } = (await opened.json()) as { id: string }
  return Buffer.from(
    `POST /directory/v1/imports/${id}/files/grants.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n`,
  )
}

/** The request for a finished export that is larger than the buffers of connections. */
async function largeDownload(platform: BenchPlatform): Promise<Buffer> {
  const { owner, tenantId } = platform
  const { token } = await sailpointCalls(platform)
  const [session, role, archive] = [randomUUID(), randomUUID(), randomUUID()]
  await owner.sql.begin(async (sql) => {
    await sql`
      insert into mining_sessions (tenant_id, id, type, scoping_method, scope, min_identities, state)
      values (${tenantId}, ${session}, 'SPECIALIZED', 'MANUAL', '{"identityIds": [], "criteria": null}', 2,
        'POTENTIAL_ROLES_CREATED')`
    await sql`
      insert into potential_roles (tenant_id, id, session_id, calculation, identity_keys, entitlement_keys, granted_counts,
        organisation_counts, common_entitlement_keys, common_granted_counts, common_organisation_counts,
        organisation_size, identity_count, entitlement_count, density, freshness, quality, identity_distribution,
        attribute_values, source_usage)
      values (${tenantId}, ${role}, ${session}, 1, '{1}', '{1}', '{1}', '{1}', '{}', '{}', '{}', 1, 1, 1, 50, 50, 50, '[]', '{}',
        '{}')`
    await sql`
      insert into potential_role_exports (tenant_id, id, potential_role_id, state, min_entitlement_popularity,
        include_common_access, size_bytes)
      values (${tenantId}, ${archive}, ${role}, 'SUCCESS', 0, true, ${exportedMb * 2 ** 20})`
    for (let ordinal = 0; ordinal < exportedMb; ordinal++) {
      await sql`
        insert into potential_role_export_chunks (tenant_id, export_id, ordinal, data)
        values (${tenantId}, ${archive}, ${ordinal}, ${randomBytes(2 ** 20)})`
    }
  })
  const path = `/beta/role-mining-sessions/${session}/potential-roles/${role}/export-async/${archive}/download`
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n\r\n`)
}
