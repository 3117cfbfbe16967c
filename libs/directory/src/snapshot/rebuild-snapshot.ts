import {
  closeMemberships,
  effectiveRows,
  identityStatuses,
  identityTypes,
  listsFrom,
  type SnapshotAttribute,
  type SnapshotParts,
} from '@assay/mining'
import { inTenant, type Sql, type TenantSql } from '@assay/store'
import { copiedRows } from '../copy/copy-out.ts'
import { GrantList } from '../import/grant-list.ts'
import { importOfGrants } from '../relations.ts'
import { isFormatInForce } from './snapshot-format.ts'
import { storeSnapshot } from './store-snapshot.ts'
import { ordinals, storedMemberships } from './stored-memberships.ts'

interface SnapshotRow {
  readonly importKey: number
  /** The import whose partition contains the grants. */
  readonly grantsKey: number
  readonly contentHash: Buffer
  readonly hasUsage: boolean
  readonly attributeKeys: readonly string[]
  readonly minesEffectiveAccess: boolean
  readonly listKeys: readonly string[]
}

/**
 * Rebuilds the snapshot of the import in force from its rows, in the format of this version, when another version wrote it. It has
 * no effect when another process has rebuilt it meanwhile, or an import has replaced it.
 *
 * Facts that only the files contained are lost: the order of the values of an attribute, and identities that were imported as
 * deleted and held nothing.
 */
export function rebuildSnapshot(sql: Sql, tenantId: number): Promise<void> {
  return inTenant(sql, tenantId, async (scoped) => {
    const [row] = await scoped<SnapshotRow[]>`
      select import_id as "importKey", ${importOfGrants(scoped)} as "grantsKey", content_hash as "contentHash", has_usage as "hasUsage",
        attribute_keys as "attributeKeys", list_keys as "listKeys",
        (select mines_effective_access from imports where id = import_id) as "minesEffectiveAccess"
      from snapshots for update`
    if (row === undefined || (await isFormatInForce(scoped))) return
    await storeSnapshot(scoped, tenantId, { ...row, parts: await storedParts(scoped, row) })
  })
}

async function storedParts(sql: TenantSql, row: SnapshotRow): Promise<SnapshotParts> {
  const { grantsKey, minesEffectiveAccess } = row
  const identities = await identitiesOf(sql, row)
  const applicationKey = await keys(sql, 'select key from applications where not deleted order by key')
  const entitlements = await sql<{ key: number; application: number }[]>`
    select key, application_key as application from entitlements where not deleted order by key`
  const entitlementKey = Int32Array.from(entitlements, ({ key }) => key)
  const applications = ordinals(applicationKey)
  const closure = closeMemberships(entitlementKey.length, await storedMemberships(sql, entitlementKey))
  const assigned = await grantRows(sql, grantsKey, identities.identityKey, entitlementKey)
  return {
    ...identities,
    entitlementKey,
    applicationKey,
    entitlementApplication: Int32Array.from(entitlements, ({ application }) => applications[application]!),
    ...(minesEffectiveAccess ? effectiveRows(assigned, entitlementKey.length, closure) : assigned),
    ...(closure.group.length > 0 && { closure }),
  }
}

async function identitiesOf(sql: TenantSql, { grantsKey, attributeKeys, listKeys }: SnapshotRow) {
  const columns = attributeKeys.map((key) => ({
    key,
    attribute: listKeys.includes(key) ? new Lists(key) : new Values(key),
  }))
  const key: number[] = []
  const status: number[] = []
  const type: number[] = []
  // An import marks identities that it does not contain as deleted. Identities that it contains as deleted have grants.
  const stream = await sql
    .unsafe(
      `copy (select key, status, type, jsonb_build_object('department', department, 'job_title', job_title,
          'manager', manager_id, 'employment_type', employment_type, 'employment_status', employment_status,
          'directory_status', status), attributes
        from identities where status <> 'deleted' or exists (select from grants
          where grants.tenant_id = identities.tenant_id and import_id = ${grantsKey} and identity_key = key)
        order by key) to stdout (format binary)`,
    )
    .readable()
  for await (const [keyBytes, statusName, typeName, builtIn, custom] of copiedRows(stream)) {
    if (keyBytes === null || statusName === null || typeName === null || builtIn === null || custom === null) {
      throw new Error('an identity has no value in a column that needs one')
    }
    const values = { ...jsonOf(custom!), ...jsonOf(builtIn!) }
    for (const column of columns) column.attribute.set(key.length, values[column.key])
    key.push(keyBytes!.readInt32BE())
    status.push(identityStatuses[statusName!.toString() as keyof typeof identityStatuses])
    type.push(identityTypes[typeName!.toString() as keyof typeof identityTypes])
  }
  return {
    identityKey: Int32Array.from(key),
    identityStatus: Uint8Array.from(status),
    identityType: Uint8Array.from(type),
    attributes: columns.map(({ attribute }) => attribute.of(key.length)),
  }
}

/** PostgreSQL sends jsonb with its version, 1, in the first byte. */
function jsonOf(bytes: Buffer): Record<string, string | string[]> {
  return JSON.parse(bytes.toString('utf8', 1))
}

/** The distinct values of one attribute, numbered in the order of their first use. */
class Dictionary {
  readonly #ordinals = new Map<string, number>()

  add(value: string): number {
    const known = this.#ordinals.get(value)
    if (known !== undefined) return known
    this.#ordinals.set(value, this.#ordinals.size)
    return this.#ordinals.size - 1
  }

  values(): string[] {
    return [...this.#ordinals.keys()]
  }
}

/** An attribute with one value for each identity. */
class Values {
  readonly #key: string
  readonly #dictionary = new Dictionary()
  readonly #column: number[] = []

  constructor(key: string) {
    this.#key = key
  }

  set(identity: number, value: string | readonly string[] | undefined): void {
    while (this.#column.length < identity) this.#column.push(-1)
    if (typeof value === 'string' && value !== '') this.#column.push(this.#dictionary.add(value))
  }

  of(identityCount: number): SnapshotAttribute {
    while (this.#column.length < identityCount) this.#column.push(-1)
    return { key: this.#key, values: this.#dictionary.values(), column: Int32Array.from(this.#column) }
  }
}

/** An attribute that is declared as a list. */
class Lists {
  readonly #key: string
  readonly #dictionary = new Dictionary()
  readonly #rows: number[][] = []

  constructor(key: string) {
    this.#key = key
  }

  set(identity: number, value: string | readonly string[] | undefined): void {
    const own = typeof value === 'string' ? [value] : (value ?? [])
    this.#rows[identity] = own.filter((one) => one !== '').map((one) => this.#dictionary.add(one))
  }

  of(identityCount: number): SnapshotAttribute {
    const rows = Array.from({ length: identityCount }, (_, identity) => this.#rows[identity] ?? [])
    return { key: this.#key, values: this.#dictionary.values(), lists: listsFrom(rows) }
  }
}

async function grantRows(sql: TenantSql, grantsKey: number, identityKey: Int32Array, entitlementKey: Int32Array) {
  const identities = ordinals(identityKey)
  const entitlements = ordinals(entitlementKey)
  const grants = new GrantList()
  const stream = await sql
    .unsafe(
      `copy (select identity_key, entitlement_key, case when last_used_at is null then 0
            else least(greatest(floor(extract(epoch from last_used_at) / 86400), 1), 65535) end::integer
        from grants where import_id = ${grantsKey}) to stdout (format binary)`,
    )
    .readable()
  for await (const [identity, entitlement, day] of copiedRows(stream)) {
    if (identity === null || entitlement === null || day === null)
      throw new Error('a grant has no identity or no entitlement')
    grants.add(identities[identity!.readInt32BE()]!, entitlements[entitlement!.readInt32BE()]!, day!.readInt32BE())
  }
  return grants.toRows(ascending(identityKey.length), identityKey.length, ascending(entitlementKey.length))
}

function ascending(count: number): Uint32Array {
  return new Uint32Array(count).map((_, place) => place)
}

async function keys(sql: TenantSql, query: string): Promise<Int32Array> {
  return Int32Array.from(await sql.unsafe<{ key: number }[]>(query), ({ key }) => key)
}
