import { itemAt } from '@assay/errors'
import { listsFrom, managerChains, type SnapshotAttribute } from '@assay/mining'
import type { TenantSql } from '@assay/store'
import { CopyIn } from '../copy/copy-in.ts'
import type { AttributeColumn } from './attribute-column.ts'
import { managersKey } from './derived-header.ts'
import type { KeyTable } from './key-table.ts'

/** Like `ListColumn`, but computed after all rows are read: the ids of all managers above a person. */
export class ManagerChainColumn {
  readonly key = managersKey
  readonly #values: readonly string[]
  readonly #chains: readonly (readonly number[])[]

  constructor(manager: AttributeColumn, identities: KeyTable) {
    const { values, column } = manager.forSnapshot(identities)
    if (column === undefined) throw new Error('managers are no list')
    const rankOf = new Map(
      Array.from(identities.presentOrdinals(), (ordinal, rank) => [identities.idOf(ordinal), rank]),
    )
    const identityOf = Int32Array.from(values, (id) => rankOf.get(id) ?? -1)
    this.#values = values
    this.#chains = managerChains(column, identityOf)
  }

  /** Writes the lists into the attributes of the rows that are not yet merged. */
  async store(sql: TenantSql, identities: KeyTable): Promise<void> {
    await sql`create temporary table incoming_managers (key integer not null, attributes jsonb not null) on commit drop`
    const copy = await CopyIn.open(sql, 'incoming_managers', ['key', 'attributes'])
    const keys = identities.presentKeys()
    for (const [rank, chain] of this.#chains.entries()) {
      if (chain.length === 0) continue
      copy.rows.row(2)
      copy.rows.int32(itemAt(keys, rank))
      copy.rows.jsonb(JSON.stringify({ [managersKey]: chain.map((value) => this.#values[value]).sort() }))
      if (copy.rows.length > 512 * 1024) await copy.flush()
    }
    await copy.finish()
    await sql`
      update incoming_identities i set attributes = i.attributes || m.attributes
      from incoming_managers m where m.key = i.key`
  }

  forSnapshot(): SnapshotAttribute {
    return { key: this.key, values: this.#values, lists: listsFrom(this.#chains) }
  }
}
