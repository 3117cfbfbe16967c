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
/** After this time the issuer of a person is asked again, while its last answer is still valid. */
const readAgainSeconds = 10 * 60

/** How long a session is accepted without another look-up. Other processes may accept an ended session until then. */
const trustFoundForMs = 10_000
const cachedSessions = 10_000
/**
 * Limits for look-ups of unknown session ids, which leave connections for calls. Sessions that were found before have separate
 * turns and do not wait for them.
 */
const lookUpsAtOnce = { running: 2, runningOfKey: 1, waitingOfKey: 1_000 }
/** The key of all session ids that were not found before. */
const strangers = 'strangers'

/** 256 random bits as base64url. */
const secretForm = /^[\w-]{43}$/

/**
 * Makes the secret of a link with which a person signs in to the console as an API client, with its role and its scopes. It
 * works once, within ten minutes. Works as the owner of the database. Errors: not_found for a client that the tenant does not
 * have, or that is revoked.
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
  /** The latest end of the session. An hour without use ends it earlier. */
  readonly endsAt: Date
}

/** The issuer of the person whose session ended, and the id token for signing out there. */
export interface EndedAtIssuer {
  readonly issuerId: string
  readonly idToken: string | undefined
}

/** What sessions of people need in addition to the database. */
interface SessionsOfPeople extends Omit<SignInTools, 'sql'> {
  readonly issuers: AsksIssuer
}

export interface ConsoleSessions {
  /** The longest duration of a session. */
  readonly lastsSeconds: number
  /**
   * Uses a link and returns the id of the new session. Throws unauthenticated for an invalid link. Logins from one address wait
   * only for each other.
   */
  begin(linkSecret: string, fromAddress: string): Promise<string>
  /** Begins a session of a person whom an issuer authenticated; errors of `beginSessionOfPerson`. */
  beginForPerson(issuer: IssuerOfSignIn, answer: IssuerAnswer): Promise<string>
  /**
   * Finds a session. Throws unauthenticated (SESSION_ENDED) if it has ended or does not exist, and the errors of tokens for the
   * state of its tenant. If the issuer no longer authenticates the person, the session ends within 15 minutes; throws
   * unavailable if the issuer does not answer for longer than that.
   */
  find(sessionId: string): Promise<ConsoleSession>
  /**
   * Ends a session. Calling it twice has the same effect as calling it once. Undefined for a session of a link, which no issuer
   * knows.
   */
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

/**
 * A session, and the age of its issuer's last answer. `due`: the issuer is asked again in the background. `over`: the answer is
 * too old.
 */
interface FoundSession extends ConsoleSession {
  readonly reading: 'none' | 'due' | 'over'
  readonly tenantId: number
  readonly readAt: Date
}

/**
 * Sessions of people in the console. They are in the database, so that any process of the gateway knows them and a restart ends
 * none.
 * @param ofPeople without it, no person can sign in by an issuer
 */
export function createConsoleSessions(sql: Sql, ofPeople?: SessionsOfPeople): ConsoleSessions {
  const tools = ofPeople && { ...ofPeople, sql }
  const rereading = tools && new Rereading(tools, tools.issuers)
  const found = new ExpiringCache<string, FoundSession>(cachedSessions)
  /** Sessions that were found before; whether they still exist is looked up. */
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
      // A person without access has to sign in again, and then gets the reason.
      if (error instanceof DomainError && error.kind === 'permission_denied') throw ended(error)
      throw error
    }
  }

  /** Several calls of one page wait for one look-up. */
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
      if (tools === undefined)
        throw new Error('These sessions were created without `ofPeople`, so no person can sign in')
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
      // Not in turn: an issuer may be slow, and must not delay other sessions.
      if (reading === 'due') rereading?.of(stale).catch(() => {})
      if (reading !== 'over') return session
      await rereading?.of(stale)
      const again = await inTurn(sessionId)
      if (again.reading !== 'over') return again
      throw unavailable('The sign-in provider does not say who you are; try again shortly', { reason: 'ISSUER_AWAY' })
    },

    async end(sessionId) {
      if (!secretForm.test(sessionId)) return undefined
      // In turn, so that a running look-up does not cache the session that ends here.
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
