import { setTimeout as sleep } from 'node:timers/promises'
import { DomainError } from '@assay/errors'
import { composeMail, type MailKey, markMailed } from '@assay/role-sessions'
import type { Logger } from '@assay/server'
import { inTenant, type Sql } from '@assay/store'
import type { MailSender } from './mail-sender.ts'

/** What a mail is sent with. */
export interface MailTools {
  readonly sql: Sql
  readonly logger: Logger
  /** Undefined where no mail server is set up. */
  readonly sender: MailSender | undefined
  /** How long a server that does not answer is left in peace. */
  readonly pauseMs: number
}

/**
 * Sends the mail that tells how a calculation ended, once: a second one goes out only if this process dies between the
 * server's yes and our note of it. An error is thrown for what may pass.
 */
export async function sendSessionMail(
  { sql, logger, sender, pauseMs }: MailTools,
  { tenantId, ...key }: MailKey & { readonly tenantId: number },
  signal: AbortSignal,
): Promise<void> {
  const mail = await inTenant(sql, tenantId, (scoped) => composeMail(scoped, key))
  if ('unsent' in mail) {
    logger.info({ tenantId, ...key }, `no mail about a session: ${mail.unsent}`)
    return
  }
  if (sender === undefined) {
    logger.warn({ tenantId, ...key }, 'no mail about a session: ASSAY_SMTP_URL is not set')
    return
  }
  try {
    await sender.send(mail)
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'unavailable') await sleep(pauseMs, undefined, { signal })
    throw error
  }
  await inTenant(sql, tenantId, (scoped) => markMailed(scoped, key))
}
