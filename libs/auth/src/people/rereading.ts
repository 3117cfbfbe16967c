import { unavailable } from '@assay/errors'
import { inTenant } from '@assay/store'
import type { FlattenedJWE } from 'jose'
import { hashSecret } from '../client-secrets.ts'
import { ExpiringCache } from '../expiring-cache.ts'
import { Turns } from '../turns.ts'
import { findIssuer, type IssuerOfSignIn } from './issuers.ts'
import { type IssuerAnswer, identityOf, putPerson, refreshName, type SignInTools } from './sign-in-of-person.ts'

/** Asks an issuer again about somebody who signed in. */
export interface AsksIssuer {
  /** 'refused': the issuer does not vouch for the person any more. @throws unavailable where it does not answer */
  reread(issuer: IssuerOfSignIn, refreshToken: string, subject: string): Promise<IssuerAnswer | 'refused'>
}

/** A session of a person whose issuer is to be asked again. */
interface StaleSession {
  readonly sessionId: string
  readonly tenantId: number
  readonly readAt: Date
}

/** A refresh token works once, so one gateway asks and the others wait; one that dies meanwhile keeps nobody waiting for longer. */
const askingSeconds = 25
/** After an issuer that did not answer. */
const leaveAloneMs = 5_000
const waitForOthersMs = 8_000
const lookAgainMs = 250
/** A slow issuer keeps those of other issuers waiting no longer than it takes. */
const atOnce = { running: 64, runningOfKey: 8, waitingOfKey: 1_000 }

/** Reads again what issuers say of people: whether they are still there, and their groups. Each session at most once at a time. */
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
   * Ends when what the issuer says was read, by whoever read it; a session that the issuer does not vouch for is gone then.
   * @throws unavailable when the issuer does not answer, or too many wait for it
   */
  of(session: StaleSession): Promise<void> {
    const { sessionId } = session
    const failed = this.#failed.get(sessionId, Date.now())
    if (failed !== undefined) return Promise.reject(failed)
    const known = this.#underWay.get(sessionId)
    if (known !== undefined) return known
    const reading = this.#read(session)
      .catch((error: Error) => {
        this.#failed.set(sessionId, error, Date.now() + leaveAloneMs)
        throw error
      })
      .finally(() => this.#underWay.delete(sessionId))
    this.#underWay.set(sessionId, reading)
    return reading
  }

  async #read(session: StaleSession): Promise<void> {
    const { sql } = this.#tools
    const { tenantId, sessionId, readAt } = session
    const hash = hashSecret(sessionId)
    const [taken] = await inTenant(
      sql,
      tenantId,
      (tenantSql) => tenantSql<TakenSession[]>`
        update console_sessions s set reading_until = now() + make_interval(secs => ${askingSeconds})
        from console_people p
        where s.tenant_id = ${tenantId} and s.id_hash = ${hash} and s.reading_until < now()
          and date_trunc('milliseconds', s.read_at) = ${readAt} and p.tenant_id = s.tenant_id and p.id = s.person_id
        returning s.name, s.refresh_token as "refreshToken", p.id as "personId", p.subject, p.issuer_id as "issuerId"`,
    )
    if (taken === undefined) return await this.#waitForOthers(session, hash)
    const turn = this.#turns.take(taken.issuerId, () => this.#ask(session, hash, taken))
    if (turn === undefined) throw away('Too many wait for the sign-in provider')
    await turn
  }

  async #ask({ tenantId }: StaleSession, hash: Uint8Array, taken: TakenSession): Promise<void> {
    const { sql, sealed, accessData } = this.#tools
    const { name, personId, subject, issuerId } = taken
    const issuer = await findIssuer(sql, issuerId)
    // What another key sealed cannot be read again, and what has no refresh token has come to its end.
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
}

function away(message: string) {
  return unavailable(`${message}; try again shortly`, { reason: 'ISSUER_AWAY' })
}
