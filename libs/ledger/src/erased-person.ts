import type { Fragment, TenantSql } from '@assay/store'

/** A person whose data are erased, with every text that identifies the person. */
export interface ErasedPerson {
  /** The id of the identity in the customer's data. */
  readonly id: string
  /** The key of the identity in the directory; undefined for an identity that the directory never had. */
  readonly key: number | undefined
  /** Display name, mail address, user name; none of them empty. */
  readonly names: readonly string[]
}

/** The text that replaces an erased one. */
export const erased = 'erased'

/**
 * An expression: `column` (text, or JSON as text) without the person. JSON strings equal to an id or a name of the person, and names and
 * addresses inside sentences, become `erased`. An id inside a longer text stays, since it may be a plain number.
 */
export function withoutPerson(sql: TenantSql, column: Fragment, person: ErasedPerson): Fragment {
  return replacements(person).reduce(
    (text, [found, put]) => sql`replace(${text}, ${found}, ${put})`,
    sql`${column}::text`,
  )
}

/** Like `withoutPerson`, for a text column whose whole value may be an id or a name of the person. */
export function textWithoutPerson(sql: TenantSql, column: Fragment, person: ErasedPerson): Fragment {
  const { id, names } = person
  return sql`case when lower(${column}) = any (${lowered([id, ...names])}::text[]) then ${erased}
    else ${withoutPerson(sql, column, person)} end`
}

/** Whether `column`, a text, contains anything that `textWithoutPerson` would replace. */
export function textMentionsPerson(sql: TenantSql, column: Fragment, person: ErasedPerson): Fragment {
  const { id, names } = person
  return sql`(lower(${column}) = any (${lowered([id, ...names])}::text[]) or ${mentionsPerson(sql, column, person)})`
}

function lowered(texts: readonly string[]): string[] {
  return texts.map((text) => text.toLowerCase())
}

/** Whether `column` contains anything that `withoutPerson` would replace. */
export function mentionsPerson(sql: TenantSql, column: Fragment, person: ErasedPerson): Fragment {
  const found = replacements(person).map(([text]) => text)
  return sql`exists (select from unnest(${found}::text[]) as found (text) where strpos(${column}::text, found.text) > 0)`
}

function replacements({ id, names }: ErasedPerson): (readonly [found: string, put: string])[] {
  const whole = [id, ...names].map((text) => [JSON.stringify(text), JSON.stringify(erased)] as const)
  // A single word may also be a word of the language.
  const inside = names.filter((name) => /[\s@]/.test(name) && name.length > 4)
  // As written in a text and, with escapes, inside JSON; in the original case and in the lower case of searches.
  const spellings = (name: string) => [name, JSON.stringify(name).slice(1, -1)]
  const forms = inside.flatMap((name) => [...spellings(name), ...spellings(name.toLowerCase())])
  return [...whole, ...[...new Set(forms)].map((text) => [text, erased] as const)]
}
