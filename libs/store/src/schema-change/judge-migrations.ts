import type { Doubt, TableLock } from './effects.ts'
import { sqlStatements } from './sql-statements.ts'
import { statementEffects } from './statement-effects.ts'

/** The mark in the first comment of a migration; see docs/releasing.md. */
interface MigrationMark {
  readonly kind: 'expand' | 'contract'
  /** For a contract: the last version that uses what it removes. */
  readonly after?: string
  readonly reason: string
}

/** The effect of a migration on processes of the version before that are still running. */
export interface MigrationJudgement {
  readonly name: string
  readonly mark: MigrationMark | undefined
  /** `contract`: its mark says so, it removes something that existed before, or nobody has declared its undecided changes harmless. */
  readonly kind: 'expand' | 'contract'
  readonly contracts: readonly string[]
  readonly undecided: readonly string[]
  /** The strictest lock on each table that existed before. */
  readonly locks: readonly TableLock[]
  /** Whether it runs statement by statement and not in a transaction, to make indexes while others read and write. */
  readonly isConcurrent: boolean
}

const strictness: readonly TableLock['lock'][] = [
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'ACCESS EXCLUSIVE',
]

/** The mark in the first comment of a migration: `-- expand: WHY`, or `-- contract after 0.2.0: WHY`. */
export function markOf(text: string): MigrationMark | undefined {
  const head = /^(?:--.*\n|\s*\n)*/.exec(text)?.[0] ?? ''
  const match = /^-- (?:(expand)|contract after (\d+\.\d+\.\d+)): (.+)$/m.exec(head)
  if (match === null) return undefined
  const [, expand, after = '', reason = ''] = match
  return expand === undefined ? { kind: 'contract', after, reason } : { kind: 'expand', reason }
}

/**
 * Whether every statement makes or drops an index concurrently, which PostgreSQL only does outside of transactions. Each statement must be
 * repeatable, since an interrupted file keeps the effects of its earlier statements.
 */
export function isConcurrent(text: string): boolean {
  const statements = sqlStatements(text)
  return (
    statements.length > 0 &&
    statements.every(({ words }) =>
      /^(create (unique )?index concurrently if not exists|drop index concurrently if exists) /.test(words),
    )
  )
}

/**
 * Judges migrations in the order in which they are applied: an object that one of them makes is new to all processes, so the next may
 * change or drop it.
 */
export function judgeMigrations(
  migrations: readonly { readonly name: string; readonly text: string }[],
): MigrationJudgement[] {
  const fresh = new Set<string>()
  return migrations.map(({ name, text }) => {
    const mark = markOf(text)
    const contracts: string[] = []
    const undecided: string[] = []
    const locks = new Map<string, TableLock>()
    for (const { words } of sqlStatements(text)) {
      const effects = statementEffects(words)
      const ofStanding = ({ thing }: Doubt) => !isFresh(fresh, thing)
      contracts.push(...effects.contracts.filter(ofStanding).map(({ says }) => says))
      undecided.push(...effects.undecided.filter(ofStanding).map(({ says }) => says))
      for (const lock of effects.locks) if (!fresh.has(`table ${lock.table}`)) keepStrictest(locks, lock)
      for (const thing of effects.creates) fresh.add(thing)
    }
    const isContract = mark === undefined ? contracts.length + undecided.length > 0 : mark.kind === 'contract'
    return {
      name,
      mark,
      kind: isContract || contracts.length > 0 ? 'contract' : 'expand',
      contracts,
      undecided,
      locks: [...locks.values()],
      isConcurrent: isConcurrent(text),
    }
  })
}

function isFresh(fresh: ReadonlySet<string>, thing: string): boolean {
  const ofTable = /^(?:column|constraint|trigger|policy) (\w+)\./.exec(thing)?.[1]
  return fresh.has(thing) || (ofTable !== undefined && fresh.has(`table ${ofTable}`))
}

function keepStrictest(locks: Map<string, TableLock>, lock: TableLock): void {
  const known = locks.get(lock.table)
  const lasts = known?.lasts === 'rows' ? 'rows' : lock.lasts
  const isStricter = known === undefined || strictness.indexOf(lock.lock) > strictness.indexOf(known.lock)
  locks.set(lock.table, { ...(isStricter ? lock : known), lasts })
}
