import type { DocumentKind } from '@assay/search-criteria'
import type { TenantSql } from '@assay/store'
import type { DocumentForm, FoundDocument, WriteDocument } from './document-search.ts'
import { entitlementDocuments } from './entitlement-documents.ts'
import { identityDocuments } from './identity-documents.ts'
import { roleDocuments } from './role-documents.ts'

/** Reads documents of one kind by the keys of their rows. Documents that were deleted in the meantime are omitted. */
type Reader = (
  sql: TenantSql,
  keys: readonly string[],
  form: DocumentForm,
) => Promise<ReadonlyMap<string, WriteDocument>>

const readers: Readonly<Partial<Record<DocumentKind, Reader>>> = {
  identities: identityDocuments,
  roles: roleDocuments,
  entitlements: entitlementDocuments,
}

/** Reads documents in the order of the search, with a few queries for all of them. It does not write their texts yet. */
export async function readDocuments(
  sql: TenantSql,
  found: readonly FoundDocument[],
  form: DocumentForm,
): Promise<WriteDocument[]> {
  const kinds = [...new Set(found.map(({ kind }) => kind))]
  const read = new Map<DocumentKind, ReadonlyMap<string, WriteDocument>>()
  for (const kind of kinds) {
    const keys = found.filter((one) => one.kind === kind).map(({ key }) => key)
    read.set(kind, (await readers[kind]?.(sql, keys, form)) ?? new Map())
  }
  return found.flatMap(({ kind, key }) => read.get(kind)?.get(key) ?? [])
}
