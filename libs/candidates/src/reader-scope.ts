import { notFound } from '@assay/errors'
import type { LoadedSnapshot } from '@assay/role-mining'
import type { TenantSql } from '@assay/store'

/** What a bounded reader may see of one snapshot. */
export interface BoundScope {
  /** Tells this scope on this snapshot from every other: part of all keys of caches and page tokens. */
  readonly key: string
  /** Per identity (row) 1 when the reader may see it; undefined: everybody. */
  readonly identities: Uint8Array | undefined
  /** Per entitlement (column) 1 when the reader may see it; undefined: all. */
  readonly entitlements: Uint8Array | undefined
}

/** Asked once for each call, before anything is counted. Undefined as an answer: the reader is not bounded. */
export type ReaderScope = (sql: TenantSql, loaded: LoadedSnapshot) => Promise<BoundScope | undefined>

/**
 * A bounded reader sees only candidates that lie wholly inside; any other does not exist for that reader.
 * @throws not_found
 */
export function requireInside(
  scope: BoundScope | undefined,
  candidate: { readonly entitlements: Uint32Array; readonly members: Uint32Array },
  noun: string,
  id: string,
): void {
  if (scope === undefined) return
  const { identities, entitlements } = scope
  const isInside =
    (identities === undefined || candidate.members.every((member) => identities[member] === 1)) &&
    (entitlements === undefined || candidate.entitlements.every((one) => entitlements[one] === 1))
  if (!isInside) throw notFound(noun, id)
}
