import { webhookStates } from '@assay/events'
import { queueDepths } from '@assay/jobs'
import {
  missingRights,
  plannedMigrations,
  type ServerFacts,
  type Sql,
  serverFacts,
  servicesWithoutLogin,
} from '@assay/store'
import { checkConnections, checkLocks } from './connection-checks.ts'
import { describeWebhooks } from './describe-webhooks.ts'
import { type Finding, fault, ok, warning } from './finding.ts'
import { agedRowsOf, checkOverdueRows } from './overdue-rows.ts'

/** Tokens, sessions and leases compare times of the machine's clock and the database's clock. */
const clockWarningMs = 2_000
const clockFaultMs = 30_000
const longTransactionSeconds = 3_600
/** A tenth of all transaction ids, which is long before the server refuses writes. */
const fewestTransactions = 200_000_000
const longWaitSeconds = 600

/**
 * Checks the schema, the roles, the clock, the limits and the queue of the database. Each check reports its own fault, so that no fault
 * hides another.
 */
export async function checkDatabase(
  ownerUrl: string,
  sql: Sql,
  isEmbedded: boolean,
  variables: NodeJS.ProcessEnv = {},
): Promise<Finding[]> {
  const askedAt = Date.now()
  const facts = await serverFacts(sql)
  const answeredAt = Date.now()
  const schema = await checkSchema(ownerUrl)
  const findings = [...checkServer(facts, (askedAt + answeredAt) / 2, variables), schema]
  if (schema.level === 'fault') return findings
  return [
    ...findings,
    ...(await checkRoles(sql, isEmbedded)),
    ...(await checkQueue(sql)),
    ...(await checkWebhooks(sql)),
    ...(await checkOverdueRows(sql, agedRowsOf(variables))),
  ]
}

export function checkServer(facts: ServerFacts, here: number, variables: NodeJS.ProcessEnv = {}): Finding[] {
  const { version, databaseBytes, isDurable, oldestTransactionSeconds } = facts
  const apartMs = Math.abs(facts.now.getTime() - here)
  const seconds = (apartMs / 1000).toFixed(1)
  const timeRemedy = 'let both machines take their time from the same servers (NTP)'
  return [
    ok('database', `PostgreSQL ${version}, ${Math.ceil(databaseBytes / 1e6)} MB`),
    apartMs > clockFaultMs
      ? fault('clock', `the database's clock is ${seconds} s from the one here`, timeRemedy)
      : apartMs > clockWarningMs
        ? warning('clock', `the database's clock is ${seconds} s from the one here`, timeRemedy)
        : ok('clock', `the database's clock is ${seconds} s from the one here`),
    ...checkConnections(facts, variables),
    ...checkLocks(facts),
    ...(isDurable
      ? []
      : [fault('durability', 'fsync or full_page_writes is off: a crash can lose committed data', 'switch both on')]),
    ...(oldestTransactionSeconds < longTransactionSeconds
      ? []
      : [
          warning(
            'transactions',
            `one has been open for ${Math.round(oldestTransactionSeconds / 60)} minutes, and keeps dead rows from being cleared`,
            'look for it in pg_stat_activity',
          ),
        ]),
    ...(facts.transactionsLeft > fewestTransactions
      ? []
      : [
          fault('transactions', `${facts.transactionsLeft} ids are left until writes are refused`, 'run VACUUM FREEZE'),
        ]),
  ]
}

async function checkSchema(ownerUrl: string): Promise<Finding> {
  try {
    const planned = await plannedMigrations(ownerUrl)
    if (planned.length === 0) return ok('schema', 'it is the one of this version')
    const words = `it lacks ${planned.length} of this version's migrations, ${planned[0]} first`
    return fault('schema', words, 'run "assay migrate"')
  } catch (error) {
    return fault('schema', error instanceof Error ? error.message : String(error), 'see the message')
  }
}

async function checkRoles(sql: Sql, isEmbedded: boolean): Promise<Finding[]> {
  const missing = await missingRights(sql)
  const rights =
    missing.length === 0
      ? ok('rights', 'the roles of services have theirs')
      : fault('rights', `${missing.length} grants are missing, as after a restore`, 'run "assay migrate"')
  const without = isEmbedded ? [] : await servicesWithoutLogin(sql)
  const logins =
    without.length === 0
      ? ok('logins', 'each service has one')
      : warning(
          'logins',
          `${without.join(', ')} have none`,
          without.map((name) => `run "assay logins create ${name}"`).join('; '),
        )
  return [rights, logins]
}

async function checkQueue(sql: Sql): Promise<Finding[]> {
  const depths = await queueDepths(sql)
  const late = depths.filter(({ oldestSeconds }) => oldestSeconds > longWaitSeconds)
  const waiting = depths.reduce((sum, depth) => sum + depth.waiting, 0)
  const running = depths.reduce((sum, depth) => sum + depth.running, 0)
  if (late.length === 0) return [ok('queue', `${waiting} jobs wait, ${running} run`)]
  return late.map(({ kind, waiting, oldestSeconds }) =>
    warning(
      'queue',
      `${waiting} jobs of the kind ${kind} wait, the oldest for ${Math.round(oldestSeconds / 60)} minutes`,
      'start more mining workers, or see in their logs why they wait',
    ),
  )
}

/** Empty when there are no webhooks. */
async function checkWebhooks(sql: Sql): Promise<Finding[]> {
  const states = await webhookStates(sql)
  if (states.length === 0) return []
  const { says, areFine } = describeWebhooks(states)
  if (areFine) return [ok('webhooks', says)]
  return [warning('webhooks', says, 'run "assay webhooks list" as the tenant, and see what the receivers answer')]
}
