import { defineWork } from '@assay/jobs'
import { composeMail, type MailKey, mailQueue, markMailed, type SessionMail } from '@assay/role-sessions'
import type { Logger } from '@assay/server'
import { inTenant, type Sql } from '@assay/store'
import type { MailSender } from './mail-sender.ts'

/** What mails are sent with. */
export interface MailTools {
  readonly sql: Sql
  readonly logger: Logger
  /** Undefined where no mail server is set up. */
  readonly sender: MailSender | undefined
}

type MailJob = MailKey & { readonly tenantId: number }

interface MailTask extends MailJob {
  readonly mail: SessionMail
}

/**
 * Sends the mail that tells how a calculation ended, once: a second one goes out only if this process dies between the
 * server's yes and our note of it.
 */
export function mailWork({ sql, logger, sender }: MailTools) {
  return defineWork<MailJob, MailTask>({
    queue: mailQueue,
    title: 'The mail about a session',
    longestMs: 5 * 60_000,
    takeUp: async ({ tenantId, ...key }) => {
      const mail = await inTenant(sql, tenantId, (scoped) => composeMail(scoped, key))
      if (!('unsent' in mail)) return { tenantId, ...key, mail }
      logger.info({ tenantId, ...key }, `no mail about a session: ${mail.unsent}`)
      return undefined
    },
    run: async ({ mail, tenantId, ...key }) => {
      if (sender === undefined) {
        logger.warn({ tenantId, ...key }, 'no mail about a session: ASSAY_SMTP_URL is not set')
        return
      }
      await sender.send(mail)
      await inTenant(sql, tenantId, (scoped) => markMailed(scoped, key))
    },
  })
}
