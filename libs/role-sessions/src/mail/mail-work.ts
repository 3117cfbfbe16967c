import { defineWork } from '@assay/jobs'
import { inTenant, type Sql } from '@assay/store'
import { mailQueue } from '../queues.ts'
import { composeMail, type MailKey, markMailed, type SessionMail } from './session-mail.ts'

/** The tools for sending a mail. */
export interface MailTools {
  readonly sql: Sql
  /**
   * Undefined if no mail server is configured.
   * @throws unavailable for faults that may pass, invalid_argument for a mail that the server will never accept
   */
  readonly send: ((mail: SessionMail) => Promise<void>) | undefined
  readonly onUnsent: (job: MailJob, reason: string) => void
}

type MailJob = MailKey & { readonly tenantId: number }

interface MailTask extends MailJob {
  readonly mail: SessionMail
}

/**
 * Sends the mail about the end of a calculation once. It is sent a second time only if this process dies after the server
 * accepted it and before that was recorded.
 */
export function mailWork({ sql, send, onUnsent }: MailTools) {
  return defineWork<MailJob, MailTask>({
    queue: mailQueue,
    title: 'The mail about a session',
    longestMs: 5 * 60_000,
    takeUp: async ({ tenantId, ...key }) => {
      const mail = await inTenant(sql, tenantId, (scoped) => composeMail(scoped, key))
      if (!('unsent' in mail)) return { tenantId, ...key, mail }
      onUnsent({ tenantId, ...key }, mail.unsent)
      return undefined
    },
    run: async ({ mail, tenantId, ...key }) => {
      if (send === undefined) return onUnsent({ tenantId, ...key }, 'no mail server is set up')
      await send(mail)
      await inTenant(sql, tenantId, (scoped) => markMailed(scoped, key))
    },
  })
}
