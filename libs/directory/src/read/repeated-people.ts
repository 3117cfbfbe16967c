import type { TenantSql } from '@assay/store'

/** A folded text that several people share. Folding ignores case, surrounding blanks and the form of accents. */
export interface RepeatedText {
  readonly text: string
  readonly people: number
}

/**
 * Mail addresses and names that several people share, the most frequent first. It counts people of type human that are not deleted.
 */
export async function repeatedPeople(
  sql: TenantSql,
): Promise<{ readonly addresses: readonly RepeatedText[]; readonly names: readonly RepeatedText[] }> {
  return { addresses: await repeated(sql, 'email'), names: await repeated(sql, 'display_name') }
}

function repeated(sql: TenantSql, column: 'email' | 'display_name'): Promise<RepeatedText[]> {
  return sql<RepeatedText[]>`
    select text, count(*)::integer as people
    from (
      select lower(normalize(btrim(${sql(column)}), nfc)) as text from identities
      where status <> 'deleted' and type = 'human'
    ) folded
    where text <> '' group by text having count(*) > 1 order by count(*) desc, text collate "C"`
}
