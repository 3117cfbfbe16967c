import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createApiClient } from '@assay/auth'
import { conductorone, sailpoint as sailpointDialect } from '@assay/dialects'
import { generateOrganisation, toCsv } from '@assay/sample-org'
import { createTenant, openOwnerDatabase, type Sql } from '@assay/store'
import { createConnectTransport } from '@connectrpc/connect-node'
import { fetchToken } from '../../apps/assay/src/api-client.ts'
import { importSources } from '../../apps/assay/src/commands/import.ts'
import { bearer } from '../platform/platform.ts'
import type { Bench, Measure } from './support/bench.ts'
import { startFleet } from './support/kill-fleet.ts'
import { type Acknowledged, doubled, loadsOf, type Standing } from './support/kill-loads.ts'

/** Clients that make requests all the time. */
const clients = 3
const pauseMs = { client: 400, kill: [2000, 6000] } as const
/** Work that has not ended this long after the last kill will not end. */
const patienceMs = 180_000

interface Watched extends Acknowledged {
  readonly at: number
  standingNow: Standing
  endedAt?: number
}

export const bench: Bench = {
  about: 'processes killed at random under fourteen kinds of load: what was acknowledged is done, once, and how soon',
  async run({ scale, say, count = scale === 'small' ? 10 : 200 }) {
    const directory = await mkdtemp(join(tmpdir(), 'assay-kills-'))
    // The system user of PostgreSQL must be able to enter the folder.
    await chmod(directory, 0o711)
    const fleet = await startFleet(directory)
    const owner = openOwnerDatabase({ url: fleet.databaseUrl, applicationName: 'assay-bench', maxConnections: 4 })
    try {
      const loads = loadsOf((await prepareLoads(fleet.baseUrl, owner.sql)).tools)
      const watched: Watched[] = []
      const unacknowledged = new Map<string, number>()
      let isOver = false
      const ask = async () => {
        while (!isOver) {
          const kinds = Object.keys(loads)
          const kind = kinds[Math.floor(Math.random() * kinds.length)]!
          try {
            const acknowledged = await loads[kind]!()
            if (acknowledged !== undefined)
              watched.push({ kind, ...acknowledged, at: performance.now(), standingNow: 'open' })
          } catch {
            // The request was refused or got no response, so nothing was acknowledged.
            unacknowledged.set(kind, (unacknowledged.get(kind) ?? 0) + 1)
          }
          await sleep(pauseMs.client)
        }
      }
      const look = async () => {
        for (const one of watched.filter(({ standingNow }) => standingNow === 'open')) {
          const standing = await one.standing(owner.sql).catch(() => 'open' as const)
          if (standing === 'open') continue
          one.standingNow = standing
          one.endedAt = performance.now()
        }
      }
      const asking = Array.from({ length: clients }, ask)
      const watching = (async () => {
        for (; !isOver; await sleep(250)) await look()
      })()
      let longestRestart = 0
      for (let kills = 1; kills <= count; kills++) {
        const [least, most] = pauseMs.kill
        await sleep(least + Math.random() * (most - least))
        const member = fleet.members[Math.floor(Math.random() * fleet.members.length)]!
        const restart = await member.kill()
        longestRestart = Math.max(longestRestart, restart)
        say(
          `kill ${kills} of ${count}: ${member.name}, ready again after ${(restart / 1000).toFixed(1)} s; ${watched.length} acknowledged`,
        )
      }
      isOver = true
      await Promise.all([...asking, watching])
      const lastKill = performance.now()
      while (performance.now() - lastKill < patienceMs && watched.some(({ standingNow }) => standingNow === 'open')) {
        await look()
        await sleep(250)
      }
      // The result must exist at the end, and not only right after the acknowledgement.
      for (const one of watched) if (one.standingNow === 'done') one.standingNow = await one.standing(owner.sql)
      for (const one of watched)
        if (one.standingNow === 'lost' || one.standingNow === 'failed') say(`${one.kind}: ${one.standingNow}`)
      return measures(watched, await doubled(owner.sql), longestRestart, count)
    } finally {
      await owner.close()
      await fleet.stop()
      await rm(directory, { recursive: true, force: true })
    }
  },
}

/** Makes two tenants with access data, and clients for them. */
export async function prepareLoads(baseUrl: string, owner: Sql) {
  const { tenantId } = await createTenant(owner, 'killed')
  const { tenantId: importingId } = await createTenant(owner, 'importing')
  const tokenOf = async (tenant: number) => {
    const about = {
      tenantId: tenant,
      dialect: conductorone.clients,
      role: 'admin',
      displayName: 'bench',
      host: '127.0.0.1',
    } as const
    return fetchToken(baseUrl, await createApiClient(owner, about))
  }
  const transportOf = (token: string) =>
    createConnectTransport({ baseUrl, httpVersion: '1.1', interceptors: [bearer(token)], defaultTimeoutMs: 15_000 })
  const token = await tokenOf(tenantId)
  const transport = transportOf(token)
  const sources = toCsv(generateOrganisation({ seed: 1, identityCount: 300 })).map(({ fileName, chunks }) => ({
    fileName,
    content: Array.from(chunks, (chunk) => Buffer.from(chunk)),
  }))
  await importSources({ baseUrl, token, transport }, sources, { skipInvalid: false, report: () => {} })

  const about = { tenantId, dialect: sailpointDialect.clients, role: 'admin', displayName: 'bench' } as const
  const { clientId, clientSecret } = await createApiClient(owner, about)
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
  const granted = await fetch(`${baseUrl}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
  const { access_token } = (await granted.json()) as { access_token: string }
  const sailpoint = async <T>(verb: string, path: string, body?: unknown): Promise<T> => {
    const type = verb === 'PATCH' ? 'application/json-patch+json' : 'application/json'
    const answer = await fetch(`${baseUrl}/beta${path}`, {
      method: verb,
      headers: { authorization: `Bearer ${access_token}`, 'content-type': type },
      signal: AbortSignal.timeout(15_000),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${verb} ${path}: ${answer.status} ${text.slice(0, 300)}`)
    return JSON.parse(text) as T
  }
  const importing = transportOf(await tokenOf(importingId))
  return { tools: { owner, tenantId, transport, importing, sailpoint }, token }
}

function measures(watched: readonly Watched[], twice: number, longestRestart: number, kills: number): Measure[] {
  const count = (standing: Standing) => watched.filter(({ standingNow }) => standingNow === standing).length
  const seconds = watched.flatMap(({ at, endedAt }) => (endedAt === undefined ? [] : [(endedAt - at) / 1000]))
  const kinds = new Set(watched.map(({ kind }) => kind))
  const under = `under ${kills} kills`
  return [
    { measure: `kinds of load ${under}`, value: kinds.size, unit: '' },
    { measure: `acknowledged ${under}`, value: watched.length, unit: '' },
    { measure: `lost ${under}`, value: count('lost'), unit: '', goal: { atMost: 0 } },
    { measure: `doubled ${under}`, value: twice, unit: '', goal: { atMost: 0 } },
    { measure: `ended as failed ${under}`, value: count('failed'), unit: '', goal: { atMost: 0 } },
    { measure: `not ended ${under}`, value: count('open'), unit: '', goal: { atMost: 0 } },
    { measure: 'from yes to the end, longest', value: Math.max(0, ...seconds), unit: 's' },
    { measure: 'from kill to ready again, longest', value: longestRestart / 1000, unit: 's' },
  ]
}
