import type { ErasedPerson } from '@assay/ledger'
import type { TenantSql } from '@assay/store'

/**
 * Deletes views that name a person. An address without its person would show something else, so nothing of the view is kept. For the
 * owner of the schema.
 */
export async function eraseFromViews(sql: TenantSql, tenantId: number, person: ErasedPerson): Promise<number> {
  const views = await sql<{ id: string; name: string; address: string }[]>`
    select id, display_name as name, address from saved_views where tenant_id = ${tenantId}`
  const isNamed = namesOf(person)
  const named = views.filter(({ name, address }) => {
    const once = decoded(address)
    // An address may hold another one.
    return [name, address, once, decoded(once)].some(isNamed)
  })
  if (named.length === 0) return 0
  const ids = named.map(({ id }) => id)
  await sql`delete from saved_views where tenant_id = ${tenantId} and id = any(${ids}::uuid[])`
  return ids.length
}

/** Whether a text names the person, whatever the case. */
function namesOf({ id, names }: ErasedPerson): (text: string) => boolean {
  // Of several words a name is found anywhere. A single word may be a part of others, and an id a mere number: they have to stand alone.
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

/** As people read it. What is no proper encoding stays as it is. */
function decoded(address: string): string {
  return address
    .replaceAll('+', ' ')
    .replaceAll(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString())
}
