import { randomBytes } from 'node:crypto'
import { DomainError, notFound, resourceExhausted, unauthenticated, unavailable } from '@assay/errors'
import { recordEntry } from '@assay/ledger'
import { inTenant, requireActiveTenant, type Sql, withDomainErrors } from '@assay/store'
import type { FlattenedJWE } from 'jose'
import { findLoginClient } from './api-clients.ts'
import { hashSecret } from './client-secrets.ts'
import { ExpiringCache } from './expiring-cache.ts'
import type { IssuerOfSignIn } from './people/issuers.ts'
import { personWithAccess, principalOfPerson } from './people/person-principal.ts'
import { type AsksIssuer, Rereading } from './people/rereading.ts'
import {
  beginSessionOfPerson,
  type IssuerAnswer,
  idTokenName,
  readCountsSeconds,
  type SignInTools,
} from './people/sign-in-of-person.ts'
import type { Principal } from './principal.ts'
import { Turns } from './turns.ts'

const linkLifetimeSeconds = 10 * 60
const idleSeconds = 60 * 60
const wholeSeconds = 12 * 60 * 60
/** From then on the issuer of a person is asked again, while what it said before still counts. */
const readAgainSeconds = 10 * 60

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

/** At the issuer of whom a session was. */
export interface EndedAtIssuer {
  readonly issuerId: string
  readonly idToken: string | undefined
}

/** What sessions of people need beside the database. */
interface SessionsOfPeople extends Omit<SignInTools, 'sql'> {
  readonly issuers: AsksIssuer
}

export interface ConsoleSessions {
  /** How long a session lasts at most. */
  readonly lastsSeconds: number
  /**
   * Uses a link up and gives the id of the session that begins. Throws unauthenticated for a link that is not good. The links of
   * one address wait for each other, and for nobody else's.
   */
  begin(linkSecret: string, fromAddress: string): Promise<string>
  /** Begins a session of somebody whom an issuer vouches for; errors of `beginSessionOfPerson`. */
  beginForPerson(issuer: IssuerOfSignIn, answer: IssuerAnswer): Promise<string>
  /**
   * Throws unauthenticated (SESSION_ENDED) for a session that is over, or never was, and as tokens do for its tenant's state. Of a
   * person whom the issuer does not vouch for any more the session is over within 15 minutes; throws unavailable where the issuer
   * does not say for longer than that.
   */
  find(sessionId: string): Promise<ConsoleSession>
  /** Twice is once. Undefined for a session of a link, which no issuer knows. */
  end(sessionId: string): Promise<EndedAtIssuer | undefined>
}

interface SessionRow {
  readonly clientId: string | null
  readonly endsAt: Date
  readonly tenantId: number
  readonly tenant: string
  readonly personId: string | null
  readonly readAt: Date
  readonly isLasting: boolean
}

/** A session, and how old what its issuer said is. */
interface FoundSession extends ConsoleSession {
  readonly reading: 'none' | 'due' | 'over'
  readonly tenantId: number
  readonly readAt: Date
}

/**
 * Sessions of people in the console, in the database: any process of the gateway knows them, and a restart ends none.
 * @param ofPeople without it nobody signs in by an issuer
 */
export function createConsoleSessions(sql: Sql, ofPeople?: SessionsOfPeople): ConsoleSessions {
  const tools = ofPeople && { ...ofPeople, sql }
  const rereading = tools && new Rereading(tools, tools.issuers)
  const found = new ExpiringCache<string, FoundSession>(cachedSessions)
  /** Sessions that were good once; whether they still are is looked up. */
  const met = new ExpiringCache<string, true>(cachedSessions)
  const lookUps = new Turns(lookUpsAtOnce)
  const logins = new Turns(lookUpsAtOnce)
  const turnOf = (sessionId: string) => (met.get(sessionId, Date.now()) ? sessionId : strangers)

  async function lookUp(sessionId: string): Promise<FoundSession> {
    const [row] = await withDomainErrors(sql<SessionRow[]>`
      select client_id as "clientId", ends_at as "endsAt", tenant_id as "tenantId", tenant, person_id as "personId",
        read_at as "readAt", is_lasting as "isLasting"
      from console_session_by_hash(${hashSecret(sessionId)}, ${idleSeconds})`)
    if (row === undefined) throw ended()
    const principal = await principalOf(row)
    await requireActiveTenant(sql, { tenantId: principal.tenantId, name: principal.tenant })
    const { endsAt, tenantId, readAt } = row
    const session = { principal, endsAt, tenantId, readAt, reading: readingOf(row) }
    if (session.reading === 'over') return session
    const countsUntil = row.personId === null ? Number.POSITIVE_INFINITY : readAt.getTime() + readCountsSeconds * 1000
    found.set(sessionId, session, Math.min(endsAt.getTime(), countsUntil, Date.now() + trustFoundForMs))
    met.set(sessionId, true, endsAt.getTime())
    return session
  }

  async function principalOf({ clientId, personId, tenantId, tenant }: SessionRow): Promise<Principal> {
    if (personId === null || tools === undefined) {
      const client = clientId === null ? undefined : await findLoginClient(sql, clientId)
      if (client === undefined) throw ended()
      return client.principal
    }
    try {
      const person = await inTenant(sql, tenantId, (tenantSql) => personWithAccess(tenantSql, tenantId, personId))
      return await principalOfPerson(tools.accessData, { tenantId, name: tenant }, person)
    } catch (error) {
      // Whoever has no access any more signs in again, and is told why.
      if (error instanceof DomainError && error.kind === 'permission_denied') throw ended(error)
      throw error
    }
  }

  /** Several calls of one page wait for the first of them to find it. */
  async function inTurn(sessionId: string): Promise<FoundSession> {
    return await (lookUps.take(
      turnOf(sessionId),
      async () => found.get(sessionId, Date.now()) ?? (await lookUp(sessionId)),
    ) ?? tooMany())
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

    async beginForPerson(issuer, answer) {
      if (tools === undefined) throw new Error('Nobody signs in by an issuer here')
      const sessionId = randomBytes(32).toString('base64url')
      await beginSessionOfPerson(tools, issuer, answer, { sessionId, lastsSeconds: wholeSeconds })
      met.set(sessionId, true, Date.now() + wholeSeconds * 1000)
      return sessionId
    },

    async find(sessionId) {
      const known = found.get(sessionId, Date.now())
      if (known !== undefined) return known
      if (!secretForm.test(sessionId)) throw ended()
      const session = await inTurn(sessionId)
      const { reading, tenantId, readAt, principal } = session
      const stale = { sessionId, tenantId, readAt, issuer: principal.person?.issuer ?? '' }
      // Not in turn: an issuer may be slow, and other sessions are none of its business.
      if (reading === 'due') rereading?.of(stale).catch(() => {})
      if (reading !== 'over') return session
      await rereading?.of(stale)
      const again = await inTurn(sessionId)
      if (again.reading !== 'over') return again
      throw unavailable('The sign-in provider does not say who you are; try again shortly', { reason: 'ISSUER_AWAY' })
    },

    async end(sessionId) {
      if (!secretForm.test(sessionId)) return undefined
      // In turn, so that a look-up that goes on does not keep what ends here.
      const work = async () => {
        const [row] = await withDomainErrors(sql<{ name: string; issuerId: string; idToken: FlattenedJWE | null }[]>`
          select name, issuer_id as "issuerId", id_token as "idToken" from end_console_session(${hashSecret(sessionId)})`)
        found.delete(sessionId)
        met.delete(sessionId)
        return row
      }
      const row = await (lookUps.take(turnOf(sessionId), work) ?? tooMany())
      if (row === undefined) return undefined
      const { name, issuerId, idToken } = row
      const opened =
        idToken === null ? undefined : tools?.sealed.open(idTokenName(name), idToken).catch(() => undefined)
      return { issuerId, idToken: await opened }
    },
  }
}

function readingOf({ personId, readAt, isLasting }: SessionRow): FoundSession['reading'] {
  const ageSeconds = (Date.now() - readAt.getTime()) / 1000
  if (personId === null) return 'none'
  if (ageSeconds >= readCountsSeconds) return 'over'
  return isLasting && ageSeconds >= readAgainSeconds ? 'due' : 'none'
}

function ended(cause?: unknown) {
  return unauthenticated('The session has ended; sign in again', { reason: 'SESSION_ENDED', cause })
}

function tooMany(): never {
  throw resourceExhausted('Too many sessions are looked up at the moment; try again shortly', {
    reason: 'TOO_MANY_LOGINS',
    metadata: { retryAfterSeconds: '1' },
  })
}
