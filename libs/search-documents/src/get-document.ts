import { type DomainError, failedPrecondition, notFound } from '@assay/errors'
import { type DocumentKind, documentQuery, isHeld, keyColumn } from '@assay/search-criteria'
import type { TenantSql } from '@assay/store'
import type { DocumentForm } from './document-search.ts'
import { readDocuments } from './read-documents.ts'

/**
 * One document as JSON.
 * @throws not_found; failed_precondition when several applications have an entitlement with this id
 */
export async function getDocument(sql: TenantSql, kind: DocumentKind, id: string, form: DocumentForm): Promise<string> {
  if (!isHeld(kind)) throw notFound(nouns[kind], id)
  const { from } = documentQuery(sql, kind, [], new Set(), [])
  const rows = await sql<{ key: string }[]>`
    select ${keyColumn(sql, kind)} as key from ${from} where ${keyColumn(sql, kind, 'id')} = ${id}::text limit 10`
  const found = await readDocuments(
    sql,
    rows.map(({ key }) => ({ kind, key })),
    form,
  )
  const [first] = found
  if (first === undefined) throw notFound(nouns[kind], id)
  if (found.length > 1) {
    throw ambiguous(
      id,
      found.map((write) => write()),
    )
  }
  return first()
}

const nouns: Readonly<Record<DocumentKind, string>> = {
  identities: 'identity',
  roles: 'role',
  entitlements: 'entitlement',
  accessprofiles: 'access profile',
  accountactivities: 'account activity',
  events: 'event',
}

function ambiguous(id: string, found: readonly string[]): DomainError {
  const sources = found
    .map((text) => JSON.stringify((JSON.parse(text) as { source?: { id: string } }).source?.id))
    .toSorted()
  return failedPrecondition(
    `several sources have an entitlement "${id}": ${sources.join(', ')}; search for it with source.id in the query`,
  )
}
