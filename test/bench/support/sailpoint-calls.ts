import { setTimeout as sleep } from 'node:timers/promises'
import { createApiClient } from '@assay/auth'
import { sailpoint } from '@assay/dialects'
import type { BenchPlatform } from './bench-platform.ts'

/** SailPoint's calls as a client makes them. */
export interface SailpointCalls {
  readonly token: string
  ask<T>(verb: string, path: string, body?: object): Promise<T>
  /** Creates a session and waits for its end; `seconds` is the time between. */
  session(body: object): Promise<{ readonly seconds: number; readonly session: MinedSession }>
  /** Every item of a list, page by page. */
  all<T>(path: string): Promise<T[]>
}

interface MinedSession {
  readonly id: string
  readonly identityCount: number
  readonly potentialRoleCount: number
  readonly status: { readonly state: string; readonly errorMessage?: string }
}

const longestPage = 250

type Place = Pick<BenchPlatform, 'port' | 'owner' | 'tenantId'>
type Client = Awaited<ReturnType<typeof makeSailpointClient>>

export function makeSailpointClient({ owner, tenantId }: Omit<Place, 'port'>) {
  return createApiClient(owner.sql, { tenantId, dialect: sailpoint.clients, role: 'admin', displayName: 'bench' })
}

/** @param client the calling client, with a new token; by default a separate one */
export async function sailpointCalls(place: Place, client?: Client): Promise<SailpointCalls> {
  const base = `http://127.0.0.1:${place.port}`
  const { clientId, clientSecret } = client ?? (await makeSailpointClient(place))
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
  const granted = await fetch(`${base}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
  if (!granted.ok) throw new Error(`the token endpoint answered ${granted.status} ${await granted.text()}`)
  const { access_token: token } = (await granted.json()) as { access_token: string }

  const ask = async <T>(verb: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${base}/beta${path}`, {
      method: verb,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${verb} ${path}: ${answer.status} ${text.slice(0, 500)}`)
    return JSON.parse(text) as T
  }
  return {
    token,
    ask,
    async session(body) {
      const start = performance.now()
      let session = await ask<MinedSession>('POST', '/role-mining-sessions', body)
      while (session.status.state !== 'POTENTIAL_ROLES_CREATED') {
        if (session.status.state === 'FAILED') throw new Error(`the session failed: ${session.status.errorMessage}`)
        await sleep(20)
        session = await ask<MinedSession>('GET', `/role-mining-sessions/${session.id}`)
      }
      return { seconds: (performance.now() - start) / 1000, session }
    },
    async all<T>(path: string) {
      const items: T[] = []
      const separator = path.includes('?') ? '&' : '?'
      for (;;) {
        const page = await ask<T[]>('GET', `${path}${separator}limit=${longestPage}&offset=${items.length}`)
        items.push(...page)
        if (page.length < longestPage) return items
      }
    },
  }
}
