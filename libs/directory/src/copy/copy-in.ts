import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { TenantSql } from '@assay/store'
import { CopyWriter } from './copy-writer.ts'

/** A connection runs at most one copy at a time. */
const openCopies = new WeakMap<TenantSql, CopyIn>()

/**
 * One `copy ... from stdin (format binary)`. The caller writes rows to `rows` and calls `flush()` after each piece of input. At
 * most one write is in progress, so that the server works on it while the caller prepares the next.
 */
export class CopyIn {
  readonly rows = new CopyWriter()
  readonly #sql: TenantSql
  private readonly stream: Writable
  #underWay: Promise<void> = Promise.resolve()
  #failure: Error | undefined

  private constructor(sql: TenantSql, stream: Writable) {
    this.#sql = sql
    this.stream = stream
    stream.on('error', (error) => {
      this.#failure ??= error
    })
  }

  /**
   * @param isFrozen for a table that the same transaction made and that older queries do not read: its rows are written as vacuum
   * would leave them, so that no later read writes them again
   */
  static async open(sql: TenantSql, table: string, columns: readonly string[], isFrozen = false): Promise<CopyIn> {
    const freeze = isFrozen ? sql`, freeze` : sql``
    const query = sql`copy ${sql(table)} (${sql(columns)}) from stdin (format binary ${freeze})`
    const copy = new CopyIn(sql, await query.writable())
    openCopies.set(sql, copy)
    return copy
  }

  /**
   * Abandons the copy in progress in a transaction, if there is one. It must run before an error leaves the transaction: the driver
   * cannot send a rollback while it is copying. Nothing of the transaction can be committed afterwards.
   */
  static abandon(sql: TenantSql): void {
    const copy = openCopies.get(sql)
    copy?.stream.destroy(new Error('the import was given up'))
    openCopies.delete(sql)
  }

  async flush(): Promise<void> {
    await this.#underWay
    if (this.#failure !== undefined) throw this.#failure
    if (this.rows.length > 0) this.#underWay = this.#write(this.rows.take())
  }

  /** Resolves when the server has taken all rows. */
  async finish(): Promise<void> {
    this.rows.end()
    await this.flush()
    await this.#underWay
    this.stream.end()
    openCopies.delete(this.#sql)
    await Promise.race([once(this.stream, 'finish'), this.#serverFailed()])
  }

  /**
   * An error that the server reports after the last byte reaches neither the stream nor the query in postgres.js 3.4; instead the
   * next query of the transaction fails. This function rejects in that case, and otherwise never resolves.
   */
  async #serverFailed(): Promise<never> {
    await this.#sql`select 1`
    return new Promise<never>(() => {})
  }

  /** The driver has copied the bytes when `write` returns, so the buffer can be reused at once. */
  #write(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.stream.write(bytes, (error) => {
        if (error) this.#failure ??= error
        resolve()
      })
    })
  }
}
