/** What is locked of a table that stands already, and for how long. */
export interface TableLock {
  readonly table: string
  readonly lock: 'ACCESS EXCLUSIVE' | 'SHARE ROW EXCLUSIVE' | 'SHARE' | 'SHARE UPDATE EXCLUSIVE' | 'ROW EXCLUSIVE'
  /** `moment`: until the migration ends, and it does little. `rows`: while every row is read, written or indexed. */
  readonly lasts: 'moment' | 'rows'
}

/** What a statement does, as far as its words tell. */
export interface Effects {
  /** Things that stand only from now on: `table x`, `column x.y`, `function f`. */
  readonly creates: readonly string[]
  /** Takes something away, or demands something, of a thing that stood before: processes that know it as it was would fail. */
  readonly contracts: readonly Doubt[]
  /** Changes a thing that stood before in a way that may or may not disturb processes that know it as it was. */
  readonly undecided: readonly Doubt[]
  readonly locks: readonly TableLock[]
}

/** About a thing; none where the thing is new itself. */
export interface Doubt {
  /** In the words of `creates`; what holds for a table holds for what is in it. */
  readonly thing: string
  readonly says: string
}

export const nothing: Effects = { creates: [], contracts: [], undecided: [], locks: [] }

/** A lock until the migration ends, which has no more to do there. */
export const moment = (table: string, lock: TableLock['lock']): TableLock => ({ table, lock, lasts: 'moment' })

/** Tables that foreign keys in a definition refer to. */
export function referenced(words: string): TableLock[] {
  return [...words.matchAll(/\breferences (\w+)/g)].map(([, table = '']) => moment(table, 'SHARE ROW EXCLUSIVE'))
}
