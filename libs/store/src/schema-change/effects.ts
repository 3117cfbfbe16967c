/** A lock on an existing table, and its duration. */
export interface TableLock {
  readonly table: string
  readonly lock: 'ACCESS EXCLUSIVE' | 'SHARE ROW EXCLUSIVE' | 'SHARE' | 'SHARE UPDATE EXCLUSIVE' | 'ROW EXCLUSIVE'
  /** `moment`: until the end of the migration, which does little. `rows`: while every row is read, written or indexed. */
  readonly lasts: 'moment' | 'rows'
}

/** The effects of a statement, as far as its text shows them. */
export interface Effects {
  /** New objects: `table x`, `column x.y`, `function f`. */
  readonly creates: readonly string[]
  /** Removals from existing objects, or new requirements on them: processes that use the object as it was would fail. */
  readonly contracts: readonly Doubt[]
  /** Changes of existing objects that may or may not disturb processes that use the object as it was. */
  readonly undecided: readonly Doubt[]
  readonly locks: readonly TableLock[]
}

/** A doubt about an object; it does not count if the object itself is new. */
export interface Doubt {
  /** In the form of `creates`; what is true of a table is true of its columns. */
  readonly thing: string
  readonly says: string
}

export const nothing: Effects = { creates: [], contracts: [], undecided: [], locks: [] }

/** A lock until the end of the migration, which does nothing more on that table. */
export const moment = (table: string, lock: TableLock['lock']): TableLock => ({ table, lock, lasts: 'moment' })

/** The tables to which foreign keys in a definition refer. */
export function referenced(words: string): TableLock[] {
  return [...words.matchAll(/\breferences (\w+)/g)].map(([, table = '']) => moment(table, 'SHARE ROW EXCLUSIVE'))
}
