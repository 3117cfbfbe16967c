import type { Fragment, TenantSql } from '@assay/store'
import type { PlainPattern } from './text-pattern.ts'

/** Stands between texts that are searched together, so that no phrase goes on from one to the next. */
export const textBoundary = ' \u0001 '

/** What stands between words: all but letters, digits, "_", a point between letters or digits, and the boundary of texts. */
const separators = '(?:[^[:alnum:]_.\u0001]|(?<![[:alnum:]])[.]|[.](?![[:alnum:]]))+'

/** The words of a text in lower case, each between blanks. One pass over the text serves all terms. */
export function wordsOf(sql: TenantSql, text: Fragment): Fragment {
  return sql`regexp_replace(lower(' ' || ${text} || ' '), ${separators}::text, ' ', 'g')`
}

/** Whether `words` has the run of words. */
export function hasWords(sql: TenantSql, words: Fragment, { literal, isOpenBefore, isOpenBehind }: PlainPattern) {
  const wanted = `${isOpenBefore ? '' : ' '}${literal}${isOpenBehind ? '' : ' '}`
  const run = sql`regexp_replace(lower(${wanted}::text), ${separators}::text, ' ', 'g')`
  // A text that the database takes for punctuation is in no text, rather than in every one.
  return sql`strpos(${words}, nullif(${run}, ' ')) > 0`
}
