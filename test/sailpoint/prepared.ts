import { expect, vi } from 'vitest'
import { settled } from '../platform/furnished.ts'
import { type SailpointClient, type SailpointPlatform, startSailpointPlatform } from './furnished.ts'
import { observeExchange } from './observed.ts'

/** A raw response. */
interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Undefined when the body is not JSON. */
  readonly json: unknown
}

export interface RequestOptions {
  /** Sent unchanged; they replace the headers that every request has. */
  readonly headers?: Readonly<Record<string, string>>
  /** Text is sent unchanged, any other value as JSON. */
  readonly body?: unknown
  /** Undefined: the token of an administrator; null: no token. */
  readonly token?: string | null
}

/** A platform with a completed session, and a function that sends any request. */
export interface Prepared {
  readonly platform: SailpointPlatform
  readonly client: SailpointClient
  readonly token: string
  readonly sessionId: string
  /** The role with the most identities. */
  readonly roleId: string
  readonly entitlementId: string
  readonly sourceId: string
  send(call: string, options?: RequestOptions): Promise<Answer>
  /** Tokens of other clients. */
  tokenOf(client: SailpointClient): Promise<string>
  /** The stored data of sessions and roles, to check that a request changed nothing. */
  fingerprint(): Promise<string>
}

export async function prepare(): Promise<Prepared> {
  const platform = await startSailpointPlatform()
  const client = await platform.client()
  const tokenOf = async ({ clientId, clientSecret }: SailpointClient) => {
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }
    const answer = await fetch(`${platform.baseUrl}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
    return ((await answer.json()) as { access_token: string }).access_token
  }
  const token = await tokenOf(client)
  const send = async (call: string, { headers = {}, body, token: other }: RequestOptions = {}): Promise<Answer> => {
    const [method = 'GET', path = ''] = call.split(' ')
    const bearer = other === undefined ? token : other
    const answer = await fetch(platform.baseUrl + path, {
      method,
      headers: {
        ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    const json = jsonOf(text)
    observeExchange(method, path, typeof body === 'string' ? jsonOf(body) : body, json, answer.ok)
    return { status: answer.status, headers: answer.headers, text, json }
  }
  const created = await send('POST /beta/role-mining-sessions', {
    body: { name: 'Prepared', saved: true, minNumIdentitiesInPotentialRole: 5 },
  })
  const sessionId = (created.json as { id: string }).id
  await vi.waitFor(
    async () => {
      const { json } = await send(`GET /beta/role-mining-sessions/${sessionId}/status`)
      expect(json).toEqual({ state: 'POTENTIAL_ROLES_CREATED' })
    },
    { timeout: 300_000, interval: 100 },
  )
  const { json } = await send(`GET /beta/role-mining-sessions/${sessionId}/potential-role-summaries`)
  const [role] = (json as { id: string; identityCount: number }[]).toSorted((a, b) => b.identityCount - a.identityCount)
  const roleId = role?.id ?? ''
  const held = await send(
    `GET /beta/role-mining-sessions/${sessionId}/potential-roles/${roleId}/entitlement-popularities?includeCommonAccess=false`,
  )
  const [entitlement] = held.json as { sourceId: string; entitlementRef: { id: string } }[]
  return {
    platform,
    client,
    token,
    sessionId,
    roleId,
    entitlementId: entitlement?.entitlementRef.id ?? '',
    sourceId: entitlement?.sourceId ?? '',
    send,
    tokenOf,
    async fingerprint() {
      await settled(platform) // work of earlier requests may still be running
      const { sql } = platform.db.owner
      const own = sql`where tenant_id = any(${[...(platform.tenants ?? [])]})`
      const [{ stored }] = await sql<[{ stored: string }]>`
        select md5(concat(
          (select string_agg(session::text, '|' order by id) from mining_sessions session ${own}),
          (select string_agg(role::text, '|' order by id) from potential_roles role ${own}),
          (select string_agg(export::text, '|' order by id) from potential_role_exports export ${own}),
          (select count(*) from access_profiles ${own}))) as stored`
      return stored
    },
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
