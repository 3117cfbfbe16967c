import { compareVersions } from '../version.ts'
import type { MigrationJudgement } from './judge-migrations.ts'

/** The schema of the last version that was released; `npm run release` writes it as libs/store/released.json. */
export interface ReleasedSchema {
  readonly version: string
  /** Versions of the formats in the database that processes share: snapshots, and the tables of pg-boss. */
  readonly formats: Readonly<Record<'snapshot' | 'queue', number>>
  /** Checksums of migrations by name. */
  readonly migrations: Readonly<Record<string, string>>
}

/** Tables of the access data, or with rows for each call or decision: reading, writing or indexing all their rows takes long. */
export const largeTables: ReadonlySet<string> = new Set([
  ...['identities', 'entitlements', 'accounts', 'grants', 'usage', 'usage_by_month', 'snapshot_chunks'],
  ...[
    'entitlement_memberships',
    'entitlement_groups',
    'entitlement_closures',
    'scope_identities',
    'import_file_chunks',
  ],
  ...[
    'source_people',
    'source_accounts',
    'source_applications',
    'source_entitlements',
    'source_usage',
    'source_grants',
  ],
  ...[
    'source_grant_changes',
    'source_grant_blocks',
    'source_account_owners',
    'source_orphans',
    'source_account_links',
    'source_file_chunks',
  ],
  ...['access_profile_members', 'access_profile_tasks', 'ledger_entries', 'ledger_values', 'ledger_links'],
  ...['potential_roles', 'staged_roles', 'role_model_roles', 'population_mining_roles', 'review_items', 'call_counts'],
])

/**
 * The faults of an unreleased migration for processes of the released version that run at the same time.
 * @param mayStopAll whether the release asks for all processes to be stopped, so that there are none
 */
export function schemaFaults(judgement: MigrationJudgement, released: ReleasedSchema, mayStopAll: boolean): string[] {
  const { name, mark, contracts, undecided, locks, isConcurrent } = judgement
  const faults: string[] = []
  if (mark?.kind === 'contract') {
    const { after = '' } = mark
    if (compareVersions(after, released.version) > 0)
      faults.push(
        `${after} is not released yet: a contract waits until a released version no longer uses what it takes away`,
      )
    else if (after === released.version && !mayStopAll)
      faults.push(
        `processes of ${released.version} still use what it takes away: release a version that does not, and contract after that`,
      )
  } else if (!mayStopAll) {
    faults.push(
      ...contracts.map((says) => `${says}; that is a contract: "-- contract after VERSION: WHY" as first comment`),
    )
    if (mark === undefined)
      faults.push(...undecided.map((says) => `${says}; if it does no harm, "-- expand: WHY" as first comment says so`))
  }
  if (mayStopAll || isConcurrent) return faults.map((fault) => `${name}: ${fault}`)
  for (const { table, lock, lasts } of locks) {
    if (lasts !== 'rows' || !isLarge(table)) continue
    faults.push(`it takes ${lock} on ${table}, which may be large, for as long as its rows take; ${insteadOf(lock)}`)
  }
  return faults.map((fault) => `${name}: ${fault}`)
}

function isLarge(table: string): boolean {
  return largeTables.has(table.replace(/_\d+$/, ''))
}

function insteadOf(lock: string): string {
  switch (lock) {
    case 'SHARE':
      return 'make the index concurrently, in a file of its own'
    case 'SHARE UPDATE EXCLUSIVE':
      return 'put what is concurrent into a file of its own, with "if not exists"'
    case 'ROW EXCLUSIVE':
      return 'let workers change the rows in small pieces'
    default:
      return 'add the column without a value for each row, and a constraint as "not valid", to be validated by a later file'
  }
}
