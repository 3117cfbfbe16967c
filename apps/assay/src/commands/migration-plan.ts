import type { MigrationJudgement, TableLock } from '@assay/store'

/** Stands in for the version that a contract names as the last one that it stops. */
const unknownVersion = 'the version before'

/** The plan of `migrate`, in lines: each migration, its locks, and whether running processes may continue. */
export function describePlan(planned: readonly MigrationJudgement[]): string[] {
  if (planned.length === 0) return ['The schema is up to date.']
  // No process uses a database that has no schema.
  if (planned[0]?.name.startsWith('0001_'))
    return [...planned.map(({ name }) => name), 'The database is empty: it gets all of them.']
  return [...planned.flatMap(linesOf), '', ...conclusion(planned)]
}

function linesOf(judgement: MigrationJudgement): string[] {
  const { name, kind, mark, contracts, undecided, locks, isConcurrent } = judgement
  const why =
    mark?.kind === 'expand' && contracts.length === 0 ? [mark.reason] : [...reasonsOf(mark), ...contracts, ...undecided]
  return [
    `${name}  ${kind}`,
    ...why.map((line) => `    ${line}`),
    ...locks.map((lock) => `    ${lockWords(lock)}`),
    ...(isConcurrent ? ['    outside of a transaction: if it is broken off, run "migrate" again'] : []),
  ]
}

function reasonsOf(mark: MigrationJudgement['mark']): string[] {
  return mark === undefined ? [] : [`${mark.after === undefined ? '' : `after ${mark.after}: `}${mark.reason}`]
}

function lockWords({ table, lock, lasts }: TableLock): string {
  return `${effects[lock]} ${table} ${lasts === 'moment' ? 'for a moment' : 'while it reads all rows'} (${lock})`
}

const effects: Readonly<Record<TableLock['lock'], string>> = {
  'ACCESS EXCLUSIVE': 'blocks reads and writes of',
  'SHARE ROW EXCLUSIVE': 'blocks writes to',
  SHARE: 'blocks writes to',
  'SHARE UPDATE EXCLUSIVE': 'blocks no reads and no writes of',
  'ROW EXCLUSIVE': 'blocks writes to the changed rows of',
}

function conclusion(planned: readonly MigrationJudgement[]): string[] {
  const contracts = planned.filter(({ kind }) => kind === 'contract')
  const waits = 'A migration waits for a lock for at most 2 s, lets other queries run, and tries again.'
  if (contracts.length === 0)
    return ['Running processes may continue. Run "migrate", then replace them one after the other.', waits]
  const isTold = contracts.every(({ mark }) => mark?.after !== undefined)
  const last = isTold
    ? contracts
        .map(({ mark }) => mark?.after ?? '')
        .toSorted(byVersion)
        .at(-1)
    : undefined
  return [
    last === undefined
      ? `Processes of ${unknownVersion} may fail: stop all processes before "migrate", unless the changelog says otherwise.`
      : `Processes of ${last} and of earlier versions must end before "migrate"; those of later versions may continue.`,
    waits,
  ]
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
