import { randomBytes } from 'node:crypto'
import { notFound, resourceExhausted, unauthenticated } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { inTenant, requireActiveTenant, type Sql, withDomainErrors } from '@assay/store'
import { findLoginClient } from './api-clients.ts'
import { hashSecret } from './client-secrets.ts'
import { ExpiringCache } from './expiring-cache.ts'
import type { Principal } from './principal.ts'
import { Turns } from './turns.ts'

const linkLifetimeSeconds = 10 * 60
const idleSeconds = 60 * 60
const wholeSeconds = 12 * 60 * 60

/** A session that was found good is not looked up again for so long; other processes notice its end until then. */
const trustFoundForMs = 10_000
const cachedSessions = 10_000
/**
 * Strangers may present what they like: their look-ups leave connections for calls, and whoever was found good before waits for
 * none of them.
 */
const lookUpsAtOnce = { running: 2, runningOfKey: 1, waitingOfKey: 1_000 }
/** The key of all sessions that were not found good before. */
const strangers = 'strangers'

/** 256 random bits as base64url. */
const secretForm = /^[\w-]{43}$/

/**
 * Makes the secret of a link by which somebody signs in to the console once, within ten minutes, as an API client: with its
 * role and its scopes. Works as the owner of the database. Errors: not_found for a client that the tenant does not have, or
 * that is revoked.
 */
export async function createSignInLink(sql: Sql, tenantId: number, clientId: string): Promise<string> {
  const client = await findLoginClient(sql, clientId)
  if (client?.principal.tenantId !== tenantId) throw notFound('API client', clientId)
  const secret = randomBytes(32).toString('base64url')
  await inTenant(sql, tenantId, async (tenantSql) => {
    await tenantSql`
        insert into sign_in_links (tenant_id, secret_hash, client_id, expires_at)
        values (${tenantId}, ${hashSecret(secret)}, ${clientId}, now() + make_interval(secs => ${linkLifetimeSeconds}))`
    await recordEntry(tenantSql, { kind: 'client.sign_in_link', subject: { type: 'client', id: clientId } })
  })
  return secret
}

interface ConsoleSession {
  readonly principal: Principal
  /** Used or not. An hour without use ends it earlier. */
  readonly endsAt: Date
}

export interface ConsoleSessions {
  /** How long a session lasts at most. */
  readonly lastsSeconds: number
  /**
   * Uses a link up and gives the id of the session that begins. Throws unauthenticated for a link that is not good. The links of
   * one address wait for each other, and for nobody else's.
   */
  begin(linkSecret: string, fromAddress: string): Promise<string>
  /** Throws unauthenticated (SESSION_ENDED) for a session that is over, or never was, and as tokens do for its tenant's state. */
  find(sessionId: string): Promise<ConsoleSession>
  /** Twice is once. */
  end(sessionId: string): Promise<void>
}

/** Sessions of people in the console, in the database: any process of the gateway knows them, and a restart ends none. */
export function createConsoleSessions(sql: Sql): ConsoleSessions {
  const found = new ExpiringCache<string, ConsoleSession>(cachedSessions)
  /** Sessions that were good once; whether they still are is looked up. */
  const met = new ExpiringCache<string, true>(cachedSessions)
  const lookUps = new Turns(lookUpsAtOnce)
  const logins = new Turns(lookUpsAtOnce)
  const turnOf = (sessionId: string) => (met.get(sessionId, Date.now()) ? sessionId : strangers)

  async function lookUp(sessionId: string): Promise<ConsoleSession> {
    const [row] = await withDomainErrors(sql<{ clientId: string; endsAt: Date }[]>`
      select client_id as "clientId", ends_at as "endsAt"
      from console_session_by_hash(${hashSecret(sessionId)}, ${idleSeconds})`)
    const client = row && (await findLoginClient(sql, row.clientId))
    if (row === undefined || client === undefined) throw ended()
    const { principal } = client
    await requireActiveTenant(sql, { tenantId: principal.tenantId, name: principal.tenant })
    const session = { principal, endsAt: row.endsAt }
    found.set(sessionId, session, Math.min(row.endsAt.getTime(), Date.now() + trustFoundForMs))
    met.set(sessionId, true, row.endsAt.getTime())
    return session
  }

  return {
    lastsSeconds: wholeSeconds,

    async begin(linkSecret, fromAddress) {
      const sessionId = randomBytes(32).toString('base64url')
      const use = async () => {
        const [row] = await withDomainErrors(sql<{ isGood: boolean }[]>`
          select use_sign_in_link(${hashSecret(linkSecret)}, ${hashSecret(sessionId)}, ${wholeSeconds}, ${idleSeconds})
            as "isGood"`)
        return row?.isGood === true
      }
      const isGood = secretForm.test(linkSecret) && (await (logins.take(fromAddress, use) ?? tooMany()))
      if (!isGood) {
        throw unauthenticated('This link was used already, or it is older than ten minutes; ask for another one', {
          reason: 'LINK_NOT_GOOD',
        })
      }
      met.set(sessionId, true, Date.now() + wholeSeconds * 1000)
      return sessionId
    },

    async find(sessionId) {
      const known = found.get(sessionId, Date.now())
      if (known !== undefined) return known
      if (!secretForm.test(sessionId)) throw ended()
      // Several calls of one page wait for the first of them to find it.
      return await (lookUps.take(
        turnOf(sessionId),
        async () => found.get(sessionId, Date.now()) ?? (await lookUp(sessionId)),
      ) ?? tooMany())
    },

    async end(sessionId) {
      if (!secretForm.test(sessionId)) return
      // In turn, so that a look-up that goes on does not keep what ends here.
      const work = async () => {
        await withDomainErrors(sql`select end_console_session(${hashSecret(sessionId)})`)
        found.delete(sessionId)
        met.delete(sessionId)
      }
      await (lookUps.take(turnOf(sessionId), work) ?? tooMany())
    },
  }
}

function ended() {
  return unauthenticated('The session has ended; sign in again', { reason: 'SESSION_ENDED' })
}

function tooMany(): never {
  throw resourceExhausted('Too many sessions are looked up at the moment; try again shortly', {
    reason: 'TOO_MANY_LOGINS',
    metadata: { retryAfterSeconds: '1' },
  })
}
