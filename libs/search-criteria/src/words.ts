import type { Fragment, TenantSql } from '@assay/store'
import type { PlainPattern } from './text-pattern.ts'

/** A separator between texts that are searched together, so that no phrase continues from one to the next. */
export const textBoundary = ' \u0001 '

/**
 * The characters between words: all except letters, digits, "_", a point between letters or digits, and the boundary of texts.
 */
const separators = '(?:[^[:alnum:]_.\u0001]|(?<![[:alnum:]])[.]|[.](?![[:alnum:]]))+'

/** The words of a text in lower case, each between blanks. One pass over the text is enough for all terms. */
export function wordsOf(sql: TenantSql, text: Fragment): Fragment {
  return sql`regexp_replace(lower(' ' || ${text} || ' '), ${separators}::text, ' ', 'g')`
}

/** Whether `words` contains these consecutive words. */
export function hasWords(sql: TenantSql, words: Fragment, { literal, isOpenBefore, isOpenBehind }: PlainPattern) {
  const wanted = `${isOpenBefore ? '' : ' '}${literal}${isOpenBehind ? '' : ' '}`
  const run = sql`regexp_replace(lower(${wanted}::text), ${separators}::text, ' ', 'g')`
  // A pattern that the database sees only as punctuation matches no text, instead of every text.
  return sql`strpos(${words}, nullif(${run}, ' ')) > 0`
}
