import { itemAt } from '@assay/errors'
import type { Snapshot } from '@assay/mining'
import type { TenantSql } from '@assay/store'

/** The identities that used each application in the last 90 days, for the applications with usage in the import. */
export interface UsedSources {
  /** How many of the identities used each of the applications; both are ordinals. Applications without known usage are left out. */
  by(identities: Uint32Array, applications: ReadonlySet<number>): { applicationKey: number; identityCount: number }[]
}

export async function usedSources(sql: TenantSql, snapshot: Snapshot): Promise<UsedSources> {
  const rows = await sql<{ applicationKey: number; users: number[] }[]>`
    select application_key as "applicationKey", array_agg(identity_key) as users from usage
    where days_used > 0 group by application_key`
  const ordinals = new Map(Array.from(snapshot.identityKey, (key, ordinal) => [key, ordinal]))
  /** One bit for each identity, since these stay in memory as long as the snapshot. */
  const usersOf = new Map<number, Uint8Array>()
  for (const { applicationKey, users } of rows) {
    const bits = new Uint8Array((snapshot.identityCount + 7) >> 3)
    for (const key of users) {
      const ordinal = ordinals.get(key)
      if (ordinal !== undefined) bits[ordinal >> 3] = itemAt(bits, ordinal >> 3) | (1 << (ordinal & 7))
    }
    usersOf.set(applicationKey, bits)
  }
  return {
    by: (identities, applications) =>
      [...applications].flatMap((ordinal) => {
        const applicationKey = itemAt(snapshot.applicationKey, ordinal)
        const bits = usersOf.get(applicationKey)
        if (bits === undefined) return []
        let identityCount = 0
        for (const identity of identities) identityCount += (itemAt(bits, identity >> 3) >> (identity & 7)) & 1
        return { applicationKey, identityCount }
      }),
  }
}
