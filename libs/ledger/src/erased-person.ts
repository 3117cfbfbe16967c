import type { Fragment, TenantSql } from '@assay/store'

/** Somebody whose data are erased, by all that tells of them. */
export interface ErasedPerson {
  /** The id of the identity, as the customer gives it. */
  readonly id: string
  /** The key of the identity in the directory; undefined for one that it never had. */
  readonly key: number | undefined
  /** Display name, mail address, user name; none of them empty. */
  readonly names: readonly string[]
}

/** What stands in the place of what was erased. */
export const erased = 'erased'

/**
 * An expression of `column` (text, or JSON as text) without the person: JSON strings that are one of the ids or names, and
 * names and addresses inside of sentences, become `erased`. An id inside of a longer text stays, since it may be a mere number.
 */
export function withoutPerson(sql: TenantSql, column: Fragment, person: ErasedPerson): Fragment {
  return replacements(person).reduce(
    (text, [found, put]) => sql`replace(${text}, ${found}, ${put})`,
    sql`${column}::text`,
  )
}

/** As `withoutPerson`, of a text that may be one of the ids or names itself. */
export function textWithoutPerson(sql: TenantSql, column: Fragment, person: ErasedPerson): Fragment {
  const { id, names } = person
  return sql`case when lower(${column}) = any (${lowered([id, ...names])}::text[]) then ${erased}
    else ${withoutPerson(sql, column, person)} end`
}

/** Whether `column`, a text, has anything that `textWithoutPerson` would replace. */
export function textMentionsPerson(sql: TenantSql, column: Fragment, person: ErasedPerson): Fragment {
  const { id, names } = person
  return sql`(lower(${column}) = any (${lowered([id, ...names])}::text[]) or ${mentionsPerson(sql, column, person)})`
}

function lowered(texts: readonly string[]): string[] {
  return texts.map((text) => text.toLowerCase())
}

/** Whether `column` has anything that `withoutPerson` would replace. */
export function mentionsPerson(sql: TenantSql, column: Fragment, person: ErasedPerson): Fragment {
  const found = replacements(person).map(([text]) => text)
  return sql`exists (select from unnest(${found}::text[]) as found (text) where strpos(${column}::text, found.text) > 0)`
}

function replacements({ id, names }: ErasedPerson): (readonly [found: string, put: string])[] {
  const whole = [id, ...names].map((text) => [JSON.stringify(text), JSON.stringify(erased)] as const)
  // A single word may be a word of the language as well.
  const inside = names.filter((name) => /[\s@]/.test(name) && name.length > 4)
  // As it stands in a text and, with its escapes, inside of JSON; as people wrote it and as searches lower it.
  const spellings = (name: string) => [name, JSON.stringify(name).slice(1, -1)]
  const forms = inside.flatMap((name) => [...spellings(name), ...spellings(name.toLowerCase())])
  return [...whole, ...[...new Set(forms)].map((text) => [text, erased] as const)]
}
