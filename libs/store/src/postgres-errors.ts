import { aborted, DomainError, invalidArgument, resourceExhausted, unavailable } from '@assay/errors'
import postgres from 'postgres'

/** What the violation of a constraint means to a caller, by the constraint's name. */
export type ConstraintErrors = Readonly<Record<string, (error: postgres.PostgresError) => DomainError>>

/**
 * The domain error that an error of Postgres or of its driver stands for; anything else comes back as it was, because
 * a syntax error or an unforeseen constraint is a bug and not the caller's business. The only place that knows
 * SQLSTATEs. The original is kept as `cause`, for the log. A database that is away, or too busy, has `retryAfterMs`, unless the work
 * may have been done before its connection broke.
 * @param isUndone nothing of the work was done, whatever the connection was lost for
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

/** Awaits `work` and turns its error by `domainErrorFrom`; for queries outside `inTenant`. */
export async function withDomainErrors<T>(work: PromiseLike<T>, constraints: ConstraintErrors = {}): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw domainErrorFrom(error, constraints)
  }
}

/**
 * Awaits a query that runs under a `statement_timeout` of its own, and turns the error of a query that took longer by
 * `tooLong`. Elsewhere such an error means that the database was too busy.
 */
export async function withTimeLimit<T>(work: PromiseLike<T>, tooLong: (cause: unknown) => DomainError): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof postgres.PostgresError && error.code === '57014' ? tooLong(error) : error
  }
}

/** When to look again for a database that is away: it starts within seconds, or somebody has to see to it. */
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
      // 57P01 and 57P02 are admin_shutdown and crash_shutdown: the server sends them to every connection, also just after a commit.
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

/** No connection came about, so nothing was asked. */
const unreachedCodes = new Set([
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
])
/** A connection broke, perhaps behind something that was asked and done. */
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
