import { aborted, DomainError, invalidArgument, resourceExhausted, unavailable } from '@assay/errors'
import postgres from 'postgres'

/** The errors for callers when a constraint is violated, by the constraint's name. */
export type ConstraintErrors = Readonly<Record<string, (error: postgres.PostgresError) => DomainError>>

/**
 * The domain error for an error of PostgreSQL or its driver. Other errors are returned unchanged, since a syntax error or an unforeseen
 * constraint is a bug. This is the only place that knows SQLSTATEs. The original error becomes the `cause`, for the log. The error for an
 * unreachable or busy database has `retryAfterMs`, unless the work may have been done before its connection broke.
 * @param isUndone whether nothing of the work can have been done, whatever the reason for the lost connection
 */
export function domainErrorFrom(error: unknown, constraints: ConstraintErrors = {}, isUndone = false): unknown {
  if (error instanceof DomainError || !(error instanceof Error)) return error
  if (error instanceof postgres.PostgresError) {
    const ofConstraint = error.constraint_name === undefined ? undefined : constraints[error.constraint_name]
    return ofConstraint === undefined ? ofSqlState(error, isUndone) : ofConstraint(error)
  }
  if (codeOf(error) === 'QUEUE_TIMEOUT') {
    return unavailable('All connections to the database are in use; try again', {
      reason: 'DATABASE_BUSY',
      retryAfterMs: 1000,
      cause: error,
    })
  }
  const isUnreached = unreachedCodes.has(codeOf(error))
  if (!isUnreached && !brokenCodes.has(codeOf(error))) return error
  return unavailable('The database does not answer', {
    reason: 'DATABASE_UNAVAILABLE',
    ...((isUnreached || isUndone) && { retryAfterMs: awayMs }),
    cause: error,
  })
}

/** Awaits `work` and converts its error by `domainErrorFrom`; for queries outside `inTenant`. */
export async function withDomainErrors<T>(work: PromiseLike<T>, constraints: ConstraintErrors = {}): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw domainErrorFrom(error, constraints)
  }
}

/**
 * Awaits a query with its own `statement_timeout`; if the query took longer, its error becomes `tooLong`. For other queries, such an error
 * means that the database was too busy.
 */
export async function withTimeLimit<T>(work: PromiseLike<T>, tooLong: (cause: unknown) => DomainError): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof postgres.PostgresError && error.code === '57014' ? tooLong(error) : error
  }
}

/** The time after which an unreachable database should be tried again: it starts within seconds, or an operator must act. */
const awayMs = 5_000

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
function ofSqlState(error: postgres.PostgresError, isUndone: boolean): unknown {
  switch (error.code) {
    case '22021': // U+0000 in text
    case '22P05': // \u0000 in jsonb
      return invalidArgument('text', 'must not contain the character U+0000', { cause: error })
    case '40001': // serialization_failure
    case '40P01': // deadlock_detected
    case '55P03': // lock_not_available
      return aborted('Somebody else changed the same data at the same time; try again', {
        reason: 'CONCURRENT_CHANGE',
        cause: error,
      })
    case '57014': // query_canceled: by a statement_timeout or an operator
      return unavailable('The database ended a query that took too long; try again', {
        reason: 'DATABASE_TIMEOUT',
        retryAfterMs: awayMs,
        cause: error,
      })
    case '25006': // read_only_sql_transaction: a standby, or a server that was set to read-only
      return unavailable(
        'The database takes no changes at the moment; if this lasts, let DATABASE_URL name the primary server',
        { reason: 'DATABASE_READ_ONLY', retryAfterMs: awayMs, cause: error },
      )
    case '53100': // disk_full
      return resourceExhausted('The database has no disk space left', { reason: 'DATABASE_FULL', cause: error })
    case '53200': // out_of_memory
    case '25P03': // idle_in_transaction_session_timeout
    case '57P03': // cannot_connect_now
    case '57P05': // idle_session_timeout
      return unavailable('The database takes no queries at the moment; try again', {
        reason: 'DATABASE_UNAVAILABLE',
        retryAfterMs: awayMs,
        cause: error,
      })
    case '53300': // too_many_connections
      return unavailable(
        'The database has no connection left; try again; if this lasts, lower ASSAY_DATABASE_CONNECTIONS of some processes or raise max_connections of the server',
        { reason: 'DATABASE_UNAVAILABLE', retryAfterMs: awayMs, cause: error },
      )
    case '28000': // invalid_authorization_specification
    case '28P01': // invalid_password
      return unavailable(
        'The database refuses the login of this service: check user and password in DATABASE_URL; `npm run assay -- logins create` makes a login',
        {
          reason: 'DATABASE_LOGIN_REFUSED',
          cause: error,
        },
      )
    case '3D000': // invalid_catalog_name
      return unavailable('The database of this service does not exist: check its name in DATABASE_URL', {
        reason: 'DATABASE_MISSING',
        cause: error,
      })
    case '3F000': // invalid_schema_name
    case '42P01': // undefined_table
      return notMigrated(error)
    case '42883': // undefined_function, which is also the code of an operator that does not exist
      return error.routine === 'ParseFuncOrColumn' ? notMigrated(error) : error
    default:
      // 57P01 and 57P02 are admin_shutdown and crash_shutdown: the server sends them to every connection, also directly after a commit.
      return error.code.startsWith('08') || error.code === '57P01' || error.code === '57P02'
        ? unavailable('The connection to the database broke', {
            reason: 'DATABASE_UNAVAILABLE',
            ...(isUndone && { retryAfterMs: awayMs }),
            cause: error,
          })
        : error
  }
}

function notMigrated(cause: postgres.PostgresError): DomainError {
  return unavailable('The database is not prepared for this version of Assay: run `npm run assay -- migrate`', {
    reason: 'DATABASE_NOT_MIGRATED',
    cause,
  })
}

/** There was no connection, so no query was sent. */
const unreachedCodes = new Set([
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
])
/** A connection broke, perhaps after a query was sent and done. */
const brokenCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
])

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}
