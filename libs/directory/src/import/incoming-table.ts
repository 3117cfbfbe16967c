import type { TenantSql } from '@assay/store'
import { CopyIn } from '../copy/copy-in.ts'

/**
 * COPY refuses tables under row level security. So rows are copied into a temporary twin and merged from there: new keys are
 * inserted, changed rows updated, equal rows left alone, and rows that the twin does not contain are marked deleted.
 */
export class IncomingTable {
  readonly copy: CopyIn
  readonly #sql: TenantSql
  readonly #table: string
  readonly #columns: readonly string[]

  private constructor(sql: TenantSql, table: string, columns: readonly string[], copy: CopyIn) {
    this.#sql = sql
    this.#table = table
    this.#columns = columns
    this.copy = copy
  }

  static async open(sql: TenantSql, table: string, columns: readonly string[]): Promise<IncomingTable> {
    const twin = `incoming_${table}`
    await sql`create temporary table ${sql(twin)} (like ${sql(table)} including defaults including storage)
      on commit drop`
    return new IncomingTable(sql, table, columns, await CopyIn.open(sql, twin, columns))
  }

  /** Ends the copy; afterwards the rows are in the twin. */
  async finish(): Promise<void> {
    await this.copy.finish()
  }

  /** For tables whose primary key is (tenant_id, key). */
  async merge(): Promise<void> {
    const sql = this.#sql
    const table = sql(this.#table)
    const values = this.#columns.filter((column) => column !== 'tenant_id' && column !== 'key')
    const old = sql`${sql(values.map((column) => `${this.#table}.${column}`))}`
    // For the joins by key that follow. To analyze all columns would take as long as the copy.
    await sql`analyze ${this.#twin} (key)`
    const incoming = sql`${sql(values.map((column) => `excluded.${column}`))}`
    await sql`
      insert into ${table} (${sql(this.#columns)}) select ${sql(this.#columns)} from ${this.#twin}
      on conflict (tenant_id, key) do update set (${sql(values)}) = row (${incoming})
      where (${old}) is distinct from (${incoming})`
  }

  /** Inserts all rows into a table that contains no rows of the tenant. */
  async insert(): Promise<void> {
    const sql = this.#sql
    const columns = sql(this.#columns)
    await sql`insert into ${sql(this.#table)} (${columns}) select ${columns} from ${this.#twin}`
  }

  /** Needed for a table into which the same transaction may load rows again. */
  async drop(): Promise<void> {
    await this.#sql`drop table ${this.#twin}`
  }

  get #twin() {
    return this.#sql(`incoming_${this.#table}`)
  }
}
