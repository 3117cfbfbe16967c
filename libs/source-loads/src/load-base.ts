import { aborted } from '@assay/errors'
import type { TenantSql } from '@assay/store'

/**
 * The number of the load that changes of a source are based on; undefined for a source without a load.
 * @param onTheirWay loads of changes that come into force before, which are also valid as a base
 * @throws aborted when another load is in force
 */
export async function requireBase(
  sql: TenantSql,
  source: string,
  sourceKey: number,
  baseLoadId: string,
  onTheirWay: readonly string[] = [],
): Promise<number | undefined> {
  const [row] = await sql<{ load: number | null }[]>`select load_id as load from sources where id = ${sourceKey}`
  const inForce = row?.load ?? undefined
  if (baseLoadId === String(inForce ?? '') || onTheirWay.includes(baseLoadId)) return inForce
  const named = baseLoadId === '' ? 'no load' : `load "${baseLoadId}"`
  const is = inForce === undefined ? 'the source has none yet' : `load "${inForce}" is in force`
  throw aborted(
    `The changes are based on ${named} of the source "${source}", and ${is}; compare them with the load in force and name it as base_load_id`,
    { reason: 'STALE_BASE', metadata: { loadId: String(inForce ?? '') } },
  )
}
