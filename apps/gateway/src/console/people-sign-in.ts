import {
  type ConsoleSessions,
  createConsoleSessions,
  type EndedAtIssuer,
  endSessionsOfSubject,
  findIssuer,
  PendingSignIns,
  SealedTexts,
  signInChoices,
  Turns,
} from '@assay/auth'
import { combineReaderScopes, identityNamedBy } from '@assay/directory'
import { OidcIssuers } from '@assay/oidc'
import { AddressGuard } from '@assay/outbound'
import type { Logger, NodeHandler } from '@assay/server'
import { inTenant, type Sql } from '@assay/store'
import { callerAddress } from '../caller-address.ts'
import type { Config } from '../config.ts'
import { askIssuers, settingsOf } from './people-of-issuers.ts'
import type { PublicAddress } from './session-cookie.ts'
import { signInEndpoints } from './sign-in-endpoints.ts'

/** Limits for simultaneous sign-ins, so that a slow issuer delays only its own sign-ins. */
const signInsAtOnce = { running: 64, runningOfKey: 8, waitingOfKey: 200 }

/**
 * Limits for look-ups without a sign-in, which anybody can request: most connections stay free for calls, and look-ups of one address wait
 * for each other.
 */
const lookUpsAtOnce = { running: 2, runningOfKey: 1, waitingOfKey: 500 }

/** The longest wait for an issuer at a sign-out. */
const longestSignOutMs = 3_000

interface PeopleSignIn {
  readonly sessions: ConsoleSessions
  readonly endpoints: Readonly<Record<string, NodeHandler>>
  readonly signOutUrl: (ended: EndedAtIssuer) => Promise<string | undefined>
  /** Publishes the public key with which services encrypt secrets of issuers for this gateway. */
  publishKey(): Promise<void>
  close(): void
}

/** Creates the sign-in to the console, by a link or an issuer, and its sessions. */
export function createPeopleSignIn(
  config: Pick<Config, 'keyEncryptionKey' | 'keyDecryptionKey' | 'outboundNetworks' | 'publicUrl' | 'trustsProxy'>,
  sql: Sql,
  address: () => PublicAddress,
  logger: Logger,
): PeopleSignIn {
  const keys = { encryptionKey: config.keyEncryptionKey, decryptionKey: config.keyDecryptionKey }
  const sealed = new SealedTexts(sql, keys)
  const oidc = new OidcIssuers(new AddressGuard(config.outboundNetworks))
  const sessions = createConsoleSessions(sql, {
    sealed,
    accessData: {
      identityNamedBy: (tenantId, by, value) => identityNamedBy(sql, tenantId, by, value),
      combineReaderScopes: (tenantId, scopeIds) => combineReaderScopes(sql, tenantId, scopeIds),
    },
    issuers: askIssuers(oidc, sealed, logger),
  })
  const turns = new Turns(signInsAtOnce)
  const lookUps = new Turns(lookUpsAtOnce)
  const publicUrl = config.publicUrl?.href.replace(/\/$/, '')
  return {
    sessions,
    endpoints: signInEndpoints({
      sql,
      oidc,
      sessions,
      sealed,
      pending: new PendingSignIns(sql, keys),
      choices: (organisation) => signInChoices(sql, organisation),
      endSessions: ({ tenantId, id }, subject) =>
        inTenant(sql, tenantId, (tenantSql) => endSessionsOfSubject(tenantSql, tenantId, id, subject)),
      address,
      publicUrl,
      inTurn: (issuerId, work) => turns.take(issuerId, work),
      lookUp: (request, work) => lookUps.take(callerAddress(request, config.trustsProxy) ?? '', work),
      logger,
    }),
    async signOutUrl({ issuerId, idToken }) {
      try {
        const issuer = await findIssuer(sql, issuerId)
        if (issuer === undefined || publicUrl === undefined) return undefined
        const settings = await settingsOf(sealed, issuer)
        const leading = oidc.signOutUrl(settings, idToken, `${publicUrl}/sign-in`)
        return (await withinMs(longestSignOutMs, leading))?.href
      } catch (err) {
        // The session here has ended, even if the issuer does not answer.
        logger.warn({ err, issuerId }, 'signing out at the issuer failed')
        return undefined
      }
    },
    publishKey: () => sealed.publish(),
    close: () => oidc.close(),
  }
}

/** Undefined if the work takes longer. */
async function withinMs<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), ms)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
    work.catch(() => {})
  }
}
