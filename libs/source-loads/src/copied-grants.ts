import { CopyIn } from '@assay/directory'
import type { GrantRecord } from '@assay/sources'
import type { TenantSql } from '@assay/store'
import { GrantNumbers } from './numbered-grants.ts'

/** What is known of all grants of a load together. */
export interface GrantTraits {
  /** Some name no application. */
  readonly unplaced: boolean
  /** Some end on a day. */
  readonly ends: boolean
}

const columns = [
  'ordinal',
  'form',
  'holder',
  'holder_application',
  'application',
  'entitlement',
  'granted_at',
  'last_used_at',
  'ends',
]

/**
 * A load with more grants than this gets a partition of its own. Fewer are stored as fast together with those of others, and a
 * database with very many small loads has few tables.
 */
const mostSharedGrants = 100_000

/** Stored grants of a load. */
export interface CopiedGrants {
  /** The table that holds them all, if they have one of their own. It is to be attached before they can be read as the others. */
  readonly own: string | undefined
  readonly traits: GrantTraits
}

interface GrantDestination {
  readonly tenantId: number
  readonly loadKey: number
  readonly mostSharedGrants?: number
  /** Rows that get a partition of their own are stored by numbers as well. All grants of the load have to come by this copy. */
  readonly isNumbered?: boolean
}

/**
 * Stores the grants of a load while they are read. COPY refuses tables under row level security, so they go into a temporary
 * twin, and from there into the table. When they turn out to be many, they go into a partition of their own, which has no rows
 * of anybody else: binary COPY into a new table without an index, which PostgreSQL need not log, takes a third of what rows by
 * the twin take.
 */
export class GrantCopy {
  readonly #sql: TenantSql
  readonly #tenantId: number
  readonly #loadKey: number
  readonly #mostShared: number
  readonly #numbers: GrantNumbers | undefined
  #copy: CopyIn | undefined
  #own: string | undefined
  #hasTwin = false
  #count = 0
  #isUnplaced = false
  #hasEnds = false

  constructor(
    sql: TenantSql,
    { tenantId, loadKey, mostSharedGrants: mostShared = mostSharedGrants, isNumbered = false }: GrantDestination,
  ) {
    this.#numbers = isNumbered ? new GrantNumbers() : undefined
    this.#sql = sql
    this.#tenantId = tenantId
    this.#loadKey = loadKey
    this.#mostShared = mostShared
  }

  /** Of all that were added. */
  get count(): number {
    return this.#count
  }

  /** @param formOffset where the forms of their map begin among those of the load */
  async add(batches: AsyncIterable<readonly GrantRecord[]>, formOffset: number): Promise<void> {
    try {
      for await (const batch of batches) {
        this.#copy ??= await CopyIn.open(this.#sql, await this.#table(), columns, this.#own !== undefined)
        for (const grant of batch) this.#addRow(this.#copy, grant, formOffset)
        await this.#copy.flush()
        if (this.#own === undefined && this.#count > this.#mostShared) await this.#moveToOwn()
        if (this.#own !== undefined && this.#numbers?.isFull) {
          await this.#finishCopy()
          await this.#numbers.store(this.#sql, this.#tenantId, this.#loadKey)
        }
      }
      // Other records are stored on the same connection.
      await this.#finishCopy()
    } catch (error) {
      CopyIn.abandon(this.#sql)
      throw error
    }
  }

  /** Brings the rows where they stay. */
  async finish(): Promise<CopiedGrants> {
    const sql = this.#sql
    if (this.#own !== undefined) {
      await sql`select index_source_grant_partition(${this.#loadKey})`
      await this.#numbers?.finish(sql, this.#tenantId, this.#loadKey)
    } else if (this.#hasTwin) {
      await sql`
        insert into source_grants (${sql(['tenant_id', 'load_id', ...columns])})
        select ${this.#tenantId}, ${this.#loadKey}, * from incoming_source_grants`
      await sql`drop table incoming_source_grants`
    }
    return { own: this.#own, traits: { unplaced: this.#isUnplaced, ends: this.#hasEnds } }
  }

  async #table(): Promise<string> {
    const sql = this.#sql
    if (this.#own !== undefined) return this.#own
    if (!this.#hasTwin) {
      await sql`
        create temporary table incoming_source_grants on commit drop as
          select ${sql(columns)} from source_grants with no data`
      this.#hasTwin = true
    }
    return 'incoming_source_grants'
  }

  async #moveToOwn(): Promise<void> {
    const sql = this.#sql
    await this.#finishCopy()
    const [row] = await sql<{ name: string }[]>`select create_source_grant_partition(${this.#loadKey}) as name`
    if (row === undefined) throw new Error('no partition was made')
    await sql`insert into ${sql(row.name)} (${sql(columns)}) select * from incoming_source_grants`
    await sql`drop table incoming_source_grants`
    this.#hasTwin = false
    this.#own = row.name
  }

  async #finishCopy(): Promise<void> {
    await this.#copy?.finish()
    this.#copy = undefined
  }

  #addRow({ rows }: CopyIn, grant: GrantRecord, formOffset: number): void {
    rows.row(columns.length)
    rows.int64(this.#count++)
    rows.int16(grant.form + formOffset)
    rows.text(grant.holder)
    rows.text(grant.holderApplication)
    rows.text(grant.application)
    rows.text(grant.entitlement)
    rows.text(grant.grantedAt)
    rows.text(grant.lastUsedAt)
    rows.text(grant.ends)
    this.#numbers?.add(grant, grant.form + formOffset)
    if (grant.application === '') this.#isUnplaced = true
    if (grant.ends !== '') this.#hasEnds = true
  }
}

/** Makes a table of grants of a load a part of all grants. Other loads that do so wait until the transaction is over. */
export async function attachGrants(sql: TenantSql, loadKey: number, { own }: CopiedGrants): Promise<void> {
  if (own !== undefined) await sql`select attach_source_grant_partition(${loadKey})`
}
