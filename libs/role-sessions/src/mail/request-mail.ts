import type { Jobs } from '@assay/jobs'
import type { TenantSql } from '@assay/store'
import { mailQueue } from '../queues.ts'
import type { Session } from '../session.ts'

/** Queues the mail about the end of a calculation, if the session has a recipient, in the caller's transaction. */
export async function requestMail(
  sql: TenantSql,
  jobs: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  session: Session,
): Promise<void> {
  const { id: sessionId, calculation, emailRecipientId } = session
  if (emailRecipientId === null) return
  await jobs.enqueue(sql, mailQueue, { tenantId, sessionId, calculation }, `${sessionId}/${calculation}`)
}
