import { identitiesById } from '@assay/directory'
import type { TenantSql } from '@assay/store'
import type { Session } from '../session.ts'
import { populationWarning } from '../sessions/population-warning.ts'

/** A mail about the end of a calculation. */
export interface SessionMail {
  /** The same for every attempt to send it, so that a mail server can recognise a second one. */
  readonly messageId: string
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** The key of a mail. */
export interface MailKey {
  readonly sessionId: string
  readonly calculation: number
}

type MailRow = Pick<Session, 'name' | 'state' | 'errorMessage' | 'identityCount' | 'potentialRoleCount'> & {
  readonly isSent: boolean
  readonly recipientId: string
}

/**
 * The mail to send, or the reason why there is none: it was sent already, the session has changed or was deleted (its next
 * calculation has another mail), or the recipient has no address.
 */
export async function composeMail(
  sql: TenantSql,
  { sessionId, calculation }: MailKey,
): Promise<SessionMail | { readonly unsent: string }> {
  const [row] = await sql<MailRow[]>`
    select session.name, state, error_message as "errorMessage", identity_count as "identityCount",
      potential_role_count as "potentialRoleCount", mailed_calculation >= ${calculation} as "isSent",
      email_recipient_id as "recipientId"
    from mining_sessions session
    where session.id = ${sessionId} and calculation = ${calculation} and state in ('POTENTIAL_ROLES_CREATED', 'FAILED')`
  if (row === undefined) return { unsent: 'the session has changed since' }
  if (row.isSent) return { unsent: 'it was sent before' }
  const [recipient] = await identitiesById(sql, [row.recipientId])
  if (!recipient?.email) return { unsent: `identity "${row.recipientId}" has no mail address` }
  return { messageId: `<${sessionId}.${calculation}@assay>`, to: recipient.email, ...wordsOf(row, sessionId) }
}

export async function markMailed(sql: TenantSql, { sessionId, calculation }: MailKey): Promise<void> {
  await sql`
    update mining_sessions set mailed_calculation = greatest(mailed_calculation, ${calculation})
    where id = ${sessionId}`
}

function wordsOf(row: MailRow, sessionId: string) {
  const name = row.name === null ? sessionId : `"${row.name}"`
  const lines = [`Session: ${row.name ?? '(no name)'}`, `Id: ${sessionId}`]
  if (row.state === 'FAILED') {
    return {
      subject: `Role mining session ${name} failed`,
      text: [...lines, `Reason: ${row.errorMessage}`, ''].join('\n'),
    }
  }
  const warning = populationWarning(row)
  const roles = row.potentialRoleCount === 1 ? '1 potential role' : `${row.potentialRoleCount} potential roles`
  return {
    subject: `Role mining session ${name} is ready: ${roles}`,
    text: [
      ...lines,
      `Identities: ${row.identityCount}`,
      `Potential roles: ${row.potentialRoleCount}`,
      ...(warning === undefined ? [] : [`Warning: ${warning}`]),
      '',
    ].join('\n'),
  }
}
