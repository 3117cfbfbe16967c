import type { JsonWebKey } from 'node:crypto'
import { inTenant, type Sql } from '@assay/store'
import { newestHead, type SignedHead } from './heads.ts'
import { type EntryRow, entryColumns } from './read-entry.ts'

/** A small number, since an entry may have some hundred kilobytes of values. */
const entriesAtOnce = 50

/**
 * The sealed entries in the order of the chain, one JSON object a line, with everything that a verification needs. The last line is the
 * newest signed head. It reads page by page, each page in its own transaction, so that no connection waits for the reader.
 */
export async function* exportLedger(
  sql: Sql,
  tenantId: number,
  { afterPosition, keys }: { readonly afterPosition: number; readonly keys: ReadonlyMap<string, JsonWebKey> },
): AsyncGenerator<string> {
  const head = await inTenant(sql, tenantId, newestHead)
  for (let after = afterPosition; ; ) {
    const rows = await inTenant(
      sql,
      tenantId,
      (scoped) => scoped<(Omit<EntryRow, 'position'> & { at: number; link: Buffer })[]>`
        select ${entryColumns(scoped)}, chain.position as at, chain.link_hash as link
        from ledger_links chain join ledger_entries entry on entry.id = chain.entry_id
        where chain.position > ${after} order by chain.position limit ${entriesAtOnce}`,
    )
    const last = rows.at(-1)
    if (last === undefined) break
    yield rows.map(lineOf).join('')
    after = last.at
  }
  if (head !== undefined) yield `${JSON.stringify({ head: headInJson(tenantId, head, keys) })}\n`
}

/** The line of an entry. Its content is exactly the text that was hashed. An entry that is not sealed yet has neither position nor link. */
export function lineOf({
  content,
  hash,
  at,
  link,
  values,
}: Omit<EntryRow, 'position'> & { at: number | null; link: Buffer | null }): string {
  const line = JSON.stringify({
    position: at,
    linkHash: link?.toString('hex') ?? null,
    hash: hash.toString('hex'),
    values: Object.fromEntries(
      values.map(({ field, value, salt }) => [field, value === null ? null : { salt, value }]),
    ),
  })
  return `${line.slice(0, -1)},"entry":${content}}\n`
}

/** A head in the form of an exported file. */
export interface HeadFile {
  readonly tenantId: number
  readonly position: number
  readonly linkHash: string
  readonly keyId: string
  readonly signature: string
  readonly signTime: string
  readonly publicKey: JsonWebKey | undefined
}

export function headInJson(
  tenantId: number,
  { position, linkHash, keyId, signature, signedAt }: SignedHead,
  keys: ReadonlyMap<string, JsonWebKey>,
): HeadFile {
  return {
    tenantId,
    position,
    linkHash: linkHash.toString('hex'),
    keyId,
    signature: signature.toString('base64'),
    signTime: signedAt.toISOString(),
    publicKey: keys.get(keyId),
  }
}
