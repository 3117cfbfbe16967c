import { unavailable } from '@assay/errors'
import { inTenant } from '@assay/store'
import type { FlattenedJWE } from 'jose'
import { hashSecret } from '../client-secrets.ts'
import { ExpiringCache } from '../expiring-cache.ts'
import { Turns } from '../turns.ts'
import { findIssuer, type IssuerOfSignIn } from './issuers.ts'
import { type IssuerAnswer, identityOf, putPerson, refreshName, type SignInTools } from './sign-in-of-person.ts'

/** Asks an issuer again about a person who signed in. */
export interface AsksIssuer {
  /**
   * 'refused': the issuer no longer authenticates the person.
   * @throws unavailable if it does not answer
   */
  reread(issuer: IssuerOfSignIn, refreshToken: string, subject: string): Promise<IssuerAnswer | 'refused'>
}

/** A session of a person whose issuer is to be asked again. */
interface StaleSession {
  readonly sessionId: string
  readonly tenantId: number
  /** The issuer in its tokens (`iss`). */
  readonly issuer: string
  readonly readAt: Date
}

/**
 * A refresh token works once, so one gateway asks and the others wait. If that gateway dies, the others wait no longer than
 * this. It is more than the slowest issuer takes: its configuration, its keys twice, a token and a person, ten seconds each.
 */
const askingSeconds = 60
/** The pause after an issuer that did not answer. */
const leaveAloneMs = 5_000
const waitForOthersMs = 8_000
const lookAgainMs = 250
/** A caller gets an error after this time; the work continues. */
const longestWaitMs = 15_000
/** A slow issuer does not delay sessions of other issuers for longer than its own answers take. */
const atOnce = { running: 64, runningOfKey: 8, waitingOfKey: 1_000 }

/**
 * Reads people again from their issuers: whether they are still there, and their groups. Each session is read at most once at a
 * time.
 */
export class Rereading {
  readonly #tools: SignInTools
  readonly #issuers: AsksIssuer
  readonly #turns = new Turns(atOnce)
  readonly #underWay = new Map<string, Promise<void>>()
  readonly #failed = new ExpiringCache<string, Error>(10_000)

  constructor(tools: SignInTools, issuers: AsksIssuer) {
    this.#tools = tools
    this.#issuers = issuers
  }

  /**
   * Resolves when the answer of the issuer was read, by this or another process. A session that the issuer refused is deleted
   * then.
   * @throws unavailable if the issuer does not answer or takes too long, or if too many sessions wait for it
   */
  of(session: StaleSession): Promise<void> {
    const { sessionId } = session
    const failed = this.#failed.get(sessionId, Date.now())
    if (failed !== undefined) return Promise.reject(failed)
    const known = this.#underWay.get(sessionId)
    if (known !== undefined) return withinWait(known)
    const reading = this.#read(session)
      .catch((error: Error) => {
        this.#failed.set(sessionId, error, Date.now() + leaveAloneMs)
        throw error
      })
      .finally(() => this.#underWay.delete(sessionId))
    this.#underWay.set(sessionId, reading)
    return withinWait(reading)
  }

  async #read(session: StaleSession): Promise<void> {
    const hash = hashSecret(session.sessionId)
    // The session is marked only when its turn comes. If a waiting one were marked, another process could take it over as if
    // this one had died.
    const turn = this.#turns.take(`${session.tenantId} ${session.issuer}`, () => this.#ask(session, hash))
    if (turn === undefined) throw away('Too many sessions wait for the sign-in provider')
    if (!(await turn)) await this.#waitForOthers(session, hash)
  }

  /** Returns false if another process asks, or has just asked. */
  async #ask({ tenantId, readAt }: StaleSession, hash: Uint8Array): Promise<boolean> {
    const { sql } = this.#tools
    const [taken] = await inTenant(
      sql,
      tenantId,
      (tenantSql) => tenantSql<TakenSession[]>`
        update console_sessions s set reading_until = now() + make_interval(secs => ${askingSeconds})
        from console_people p
        where s.tenant_id = ${tenantId} and s.id_hash = ${hash} and s.reading_until < now()
          and date_trunc('milliseconds', s.read_at) = ${readAt} and p.tenant_id = s.tenant_id and p.id = s.person_id
        returning s.name, s.refresh_token as "refreshToken", p.id as "personId", p.subject, p.issuer_id as "issuerId",
          s.reading_until::text as "takenUntil"`,
    )
    if (taken === undefined) return false
    try {
      await this.#askAbout(tenantId, hash, taken)
    } catch (error) {
      // Waiting processes may ask again at once; they do not wait for a process that has given up.
      await inTenant(
        sql,
        tenantId,
        (tenantSql) => tenantSql`
          update console_sessions set reading_until = '-infinity'
          where tenant_id = ${tenantId} and id_hash = ${hash} and reading_until = ${taken.takenUntil}::text::timestamptz`,
      ).catch(() => {})
      throw error
    }
    return true
  }

  async #askAbout(tenantId: number, hash: Uint8Array, taken: TakenSession): Promise<void> {
    const { sql, sealed, accessData } = this.#tools
    const { name, personId, subject, issuerId } = taken
    const issuer = await findIssuer(sql, issuerId)
    // A session without a readable refresh token cannot be read again, so it ends.
    const token =
      taken.refreshToken === null
        ? undefined
        : await sealed.open(refreshName(name), taken.refreshToken).catch(() => undefined)
    const answer =
      issuer === undefined || token === undefined ? 'refused' : await this.#issuers.reread(issuer, token, subject)
    if (answer === 'refused' || issuer === undefined) {
      await inTenant(
        sql,
        tenantId,
        (tenantSql) => tenantSql`
        delete from console_sessions where tenant_id = ${tenantId} and id_hash = ${hash}`,
      )
      return
    }
    const { person, refreshToken } = answer
    const identityId = await identityOf(accessData, issuer, person)
    const next = refreshToken === undefined ? null : await sealed.seal(refreshName(name), refreshToken)
    await inTenant(sql, tenantId, async (tenantSql) => {
      // A person who was erased while the issuer was asked must not be stored again.
      const [still] = await tenantSql`
        select id from console_people where tenant_id = ${tenantId} and id = ${personId} for no key update`
      if (still === undefined) return
      await putPerson(tenantSql, tenantId, issuerId, personId, { ...person, identityId })
      await tenantSql`
        update console_sessions set read_at = now(), reading_until = '-infinity',
          refresh_token = ${next && JSON.stringify(next)}::text::jsonb
        where tenant_id = ${tenantId} and id_hash = ${hash}`
    })
  }

  async #waitForOthers({ tenantId, readAt }: StaleSession, hash: Uint8Array): Promise<void> {
    const until = Date.now() + waitForOthersMs
    while (Date.now() < until) {
      await new Promise((passed) => setTimeout(passed, lookAgainMs))
      const [row] = await inTenant(
        this.#tools.sql,
        tenantId,
        (tenantSql) => tenantSql<{ readAt: Date; isReading: boolean }[]>`
          select read_at as "readAt", reading_until > now() as "isReading" from console_sessions
          where tenant_id = ${tenantId} and id_hash = ${hash}`,
      )
      if (row === undefined || row.readAt.getTime() !== readAt.getTime() || !row.isReading) return
    }
    throw away('Another process asks the sign-in provider at the moment')
  }
}

interface TakenSession {
  readonly name: string
  readonly refreshToken: FlattenedJWE | null
  readonly personId: string
  readonly subject: string
  readonly issuerId: string
  /** The time with its full precision. */
  readonly takenUntil: string
}

async function withinWait(work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(away('The sign-in provider takes long to answer')), longestWaitMs).unref()
  try {
    await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

function away(message: string) {
  return unavailable(`${message}; try again shortly`, { reason: 'ISSUER_AWAY' })
}
