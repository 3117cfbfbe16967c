import { itemAt } from '@assay/errors'
import type { Snapshot } from '@assay/mining'
import { onlyRow, type TenantSql } from '@assay/store'

/** The order of a snapshot's identities by name, regardless of case, then by id. */
export interface IdentityNameRanks {
  /** The keys of the identities with the ordinals, ordered by name. */
  keysByName(ordinals: Uint32Array): number[]
}

export async function identityNameRanks(sql: TenantSql, { identityKey }: Snapshot): Promise<IdentityNameRanks> {
  const { keys } = onlyRow(
    await sql<{ keys: number[] | null }[]>`
    select array_agg(key order by name_order, id collate "C") as keys from identities`,
  )
  const byRank = Int32Array.from(keys ?? [])
  const rankOfKey = new Map(Array.from(byRank, (key, rank) => [key, rank]))
  const rankOfOrdinal = Uint32Array.from(identityKey, (key) => rankOfKey.get(key) ?? byRank.length)
  return {
    keysByName: (ordinals) =>
      Array.from(ordinals.map((i) => itemAt(rankOfOrdinal, i)).sort(), (rank) => itemAt(byRank, rank)),
  }
}
