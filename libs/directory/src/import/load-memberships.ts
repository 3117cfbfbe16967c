import { type AccessClosure, closeMemberships, MiningError } from '@assay/mining'
import { IncomingTable } from './incoming-table.ts'
import type { LoadedEntitlements } from './load-entitlements.ts'
import type { Loading } from './loading.ts'
import { MembershipList } from './membership-list.ts'
import { readCsv } from './read-csv.ts'

const file = 'memberships.csv'
const tableColumns = ['tenant_id', 'holder_key', 'entitlement_key']

/** With this limit a commit needs at most 160 MB for memberships. */
const mostRows = 10_000_000

/**
 * Reads memberships.csv and replaces the tenant's memberships. A repeated row counts once; a membership of an entitlement in itself
 * does not count. Without the file there are none.
 */
export async function loadMemberships(loading: Loading, entitlements: LoadedEntitlements): Promise<MembershipList> {
  const { sql, tenantId, faults } = loading
  await sql`delete from entitlement_memberships`
  const read = new MembershipList()
  if (!loading.has(file)) return read
  await readCsv(loading, file, (columns) => {
    const holderId = columns.of('holder_entitlement_id')
    const holderApplicationId = columns.of('holder_application_id')
    const entitlementId = columns.of('entitlement_id')
    const applicationId = columns.of('application_id')
    return (row) => {
      const holder = entitlements.resolve(loading, file, row, holderId, holderApplicationId, 'holder_')
      const entitlement = entitlements.resolve(loading, file, row, entitlementId, applicationId)
      if (holder < 0 || entitlement < 0) return
      if (read.length < mostRows) read.add(holder, entitlement)
      else if (!faults.isFatal) faults.addFatal(file, row.line, 1, `there are more than ${mostRows} memberships`)
    }
  })
  const memberships = read.distinct(entitlements.keys.size)
  const incoming = await IncomingTable.open(sql, 'entitlement_memberships', tableColumns)
  const { rows } = incoming.copy
  for (let i = 0; i < memberships.length; i++) {
    rows.row(tableColumns.length)
    rows.int32(tenantId)
    rows.int32(entitlements.keys.keyOf(memberships.holder[i]!))
    rows.int32(entitlements.keys.keyOf(memberships.entitlement[i]!))
    if (rows.length > 512 * 1024) await incoming.copy.flush()
  }
  await incoming.finish()
  await incoming.insert()
  return memberships
}

/** The access that the groups of an import give. When it is too large to store, it adds a fault and returns undefined. */
export function closureOf(
  { faults }: Loading,
  memberships: MembershipList,
  entitlements: LoadedEntitlements,
): AccessClosure | undefined {
  const ranks = entitlements.keys.ranks()
  const rankOf = (ordinals: Uint32Array) => ordinals.subarray(0, memberships.length).map((ordinal) => ranks[ordinal]!)
  const pairs = { holder: rankOf(memberships.holder), entitlement: rankOf(memberships.entitlement) }
  try {
    return closeMemberships(entitlements.keys.presentCount, pairs)
  } catch (error) {
    if (!(error instanceof MiningError && error.kind === 'too_large')) throw error
    faults.addFatal(file, 0, 0, tooLarge(error))
    return undefined
  }
}

function tooLarge({ expected }: MiningError): string {
  return `groups within groups have ${expected}, and these have more; leave out groups that lie very deep in each other`
}
