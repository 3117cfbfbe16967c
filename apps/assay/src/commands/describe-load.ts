import {
  type Load,
  type LoadCounts,
  type Removals,
  Load_State as State,
} from '@assay/contracts/assay/source/v1/source_pb'
import type { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import type { Client } from '@connectrpc/connect'
import { counted } from './counted.ts'

/** The counts of people and accounts; in a source that has only accounts, records of people count as accounts. */
export function peopleAndAccounts(
  { people = 0, accounts = 0 }: Partial<LoadCounts> = {},
  accountsOnly: boolean,
): { readonly people: number; readonly accounts: number } {
  return accountsOnly ? { people: 0, accounts: people + accounts } : { people, accounts }
}

/** A load that came into force, with the records that were left out. */
export function* describeLoad(
  load: Load,
  { accountsOnly, analyses }: { readonly accountsOnly: boolean; readonly analyses: boolean },
): Generator<string, void, undefined> {
  const { sourceId, counts, report, faults, faultCount, changedNothing } = load
  for (const line of report) yield `  ${line}`
  const { people, accounts } = peopleAndAccounts(counts, accountsOnly)
  const records = [
    ...(accountsOnly ? [] : [counted(people, 'person', 'people')]),
    counted(accounts, 'account'),
    counted(counts?.entitlements ?? 0, 'described entitlement'),
  ]
  if (changedNothing) {
    const next = analyses ? 'An analysis has started.' : 'Give --analyse to analyse it again.'
    yield `Nothing changed: ${sourceId} has the data that are already in force. ${next}`
  }
  yield `${changedNothing ? 'In force of' : 'Loaded'} ${sourceId}: ${records.join(', ')} and ${counted(Number(counts?.grants ?? 0n), 'grant')}.`
  for (const { file, at, column, reason } of faults) yield `  skipped ${file}:${at} ${column}: ${reason}`
  if (faultCount > faults.length) yield `  and ${faultCount - faults.length} more`
}

/** `3 of 10 people, 4 of 18 grants, 0 of 0 links of accounts` */
export function describeRemovals({ people, grants, links }: Partial<Removals> = {}): string {
  const parts = [
    ['people', people],
    ['grants', grants],
    ['links of accounts', links],
  ] as const
  return parts
    .map(
      ([noun, of]) =>
        `${(of?.removed ?? 0n).toLocaleString('en')} of ${(of?.before ?? 0n).toLocaleString('en')} ${noun}`,
    )
    .join(', ')
}

/** The newest load of a source; undefined before the first. */
export async function newestLoad(api: Client<typeof SourceService>, sourceId: string): Promise<Load | undefined> {
  const { loads } = await api.listLoads({ sourceId, pageSize: 1 })
  return loads[0]
}

/** A load that has not ended, with the commands to continue or abort it; undefined for one that has ended. */
export function describeUnended(load: Load | undefined): string | undefined {
  if (load === undefined) return undefined
  const { id, sourceId, state, removals } = load
  const giveUp = `--abort ${sourceId} gives it up`
  switch (state) {
    case State.OPEN:
      return `load ${id} is open for files: assay sources ${giveUp}`
    case State.READING:
      return `load ${id} is being read`
    case State.STAGED:
      return `load ${id} waits to be put together with the others: assay sources ${giveUp}`
    case State.AWAITING_CONFIRMATION:
      return `load ${id} waits, since it would remove ${describeRemovals(removals)}: assay sources --confirm ${sourceId} brings it into force, ${giveUp}`
    default:
      return undefined
  }
}
