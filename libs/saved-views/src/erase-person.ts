import type { ErasedPerson } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/**
 * Deletes the views that name a person. Without the person, their address would show something else, so the whole view is deleted. It needs
 * the owner of the schema.
 */
export async function eraseFromViews(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const views = await sql<{ id: string; name: string; address: string }[]>`
    select id, display_name as name, address from saved_views where tenant_id = ${tenantId}`
  const isNamed = namesOf(person)
  const named = views.filter(({ name, address }) => {
    const once = decoded(address)
    // An address may contain another, encoded address.
    return [name, address, once, decoded(once)].some(isNamed)
  })
  if (named.length === 0) return 0
  const ids = named.map(({ id }) => id)
  await sql`delete from saved_views where tenant_id = ${tenantId} and id = any(${ids}::uuid[])`
  return ids.length
}

/** Returns a function that says whether a text names the person, ignoring case. */
function namesOf({ id, names }: ErasedPerson): (text: string) => boolean {
  // A name of several words is found anywhere. A single word may be a part of another word, and an id may be a number, so these must stand
  // alone.
  const patterns = names.map((name) =>
    /[\s@]/.test(name) ? quoted(name) : `(?<![\\p{L}\\p{N}])${quoted(name)}(?![\\p{L}\\p{N}])`,
  )
  const pattern = [...patterns, `(?<![\\p{L}\\p{N}._@-])${quoted(id)}(?![\\p{L}\\p{N}._@-])`].join('|')
  const found = new RegExp(pattern, 'iu')
  return (text) => found.test(text)
}

function quoted(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/** The address as people read it; invalid encodings stay as they are. */
function decoded(address: string): string {
  return address
    .replaceAll('+', ' ')
    .replaceAll(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString())
}
