import { randomUUID } from 'node:crypto'
import { identityExists } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { Jobs } from '@assay/jobs'
import { recordEntry } from '@assay/ledger'
import type { RoleType } from '@assay/mining'
import { asJson, type TenantSql } from '@assay/store'
import { calculationQueue } from '../queues.ts'
import { type RequestedScope, readScope } from './requested-scope.ts'
import { mostIdentities, mostNameCharacters } from './session-limits.ts'

/** The request to make a session; absent members have their defaults. */
export interface SessionRequest {
  readonly name?: string | undefined
  /** Default SPECIALIZED. */
  readonly type?: RoleType | undefined
  /** Default: every enabled identity. */
  readonly scope?: RequestedScope | undefined
  /** Percent, 0 to 100; default: the prescribed one. */
  readonly pruneThreshold?: number | undefined
  /** At least 1; default 20. */
  readonly minIdentities?: number | undefined
  /** The id of an identity that gets a mail when the calculation ends. */
  readonly emailRecipientId?: string | undefined
  readonly saved?: boolean | undefined
}

/** The user who makes a session. */
interface SessionCreator {
  readonly identityId: string
  readonly displayName: string
}

/**
 * Makes a session and queues its calculation, in the caller's transaction. Returns its id.
 * @throws invalid_argument that names the wrong member, and then nothing is made
 */
export async function createSession(
  sql: TenantSql,
  jobs: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  creator: SessionCreator,
  request: SessionRequest,
): Promise<string> {
  const { pruneThreshold = null, minIdentities = 20, type = 'SPECIALIZED', saved = false } = request
  if (pruneThreshold !== null) checkWhole('pruneThreshold', pruneThreshold, 0, 100)
  checkWhole('minNumIdentitiesInPotentialRole', minIdentities, 1, mostIdentities)
  const name = readName(request.name)
  const scope = await readScope(sql, request.scope)
  const emailRecipientId = await readRecipient(sql, request.emailRecipientId)
  const id = randomUUID()
  await sql`
    insert into mining_sessions (tenant_id, id, name, type, scoping_method, scope, prune_threshold, min_identities,
      email_recipient_id, saved, created_by_id, created_by_name)
    values (${tenantId}, ${id}, ${name}, ${type}, 'MANUAL', ${asJson(sql, scope)}, ${pruneThreshold},
      ${minIdentities}, ${emailRecipientId}, ${saved}, ${creator.identityId}, ${creator.displayName})`
  await requestCalculation(sql, jobs, tenantId, id)
  const after = { name, type, scope, pruneThreshold, minIdentities, emailRecipientId, saved }
  await recordEntry(sql, { kind: 'session.create', subject: { type: 'session', id }, after })
  return id
}

/** Queues the calculation that the row of a session requests. */
export async function requestCalculation(
  sql: TenantSql,
  jobs: Pick<Jobs, 'enqueue'>,
  tenantId: number,
  sessionId: string,
) {
  await jobs.enqueue(sql, calculationQueue, { tenantId, sessionId }, sessionId)
}

function checkWhole(field: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw invalidArgument(field, `must be a whole number from ${least} to ${most}, it is ${value}`)
}

/** SDKs send an empty text for "no name". */
function readName(name = ''): string | null {
  const { length } = [...name]
  if (length > mostNameCharacters) {
    throw invalidArgument('name', `must have at most ${mostNameCharacters} characters, it has ${length}`)
  }
  return name.trim() === '' ? null : name
}

async function readRecipient(sql: TenantSql, id = ''): Promise<string | null> {
  if (id === '') return null
  if (!(await identityExists(sql, id))) {
    throw invalidArgument(
      'emailRecipientId',
      `identity ${JSON.stringify(id)} does not exist; give the id of an identity`,
    )
  }
  return id
}
