import type { Fragment, TenantSql } from '@assay/store'
import { textBoundary } from './words.ts'

/** The values of a custom attribute of `identity` as a table `element (value)`; the attribute may be a list or one text. */
export function elementsOf(sql: TenantSql, name: string): Fragment {
  const value = sql`(identity.attributes -> ${name}::text)`
  return sql`jsonb_array_elements_text(${asArray(sql, value)}) as element (value)`
}

/** All values of a list in one text, with boundaries that no phrase crosses; null without values. */
export function joinedElements(sql: TenantSql, name: string): Fragment {
  return sql`(select string_agg(element.value, ${textBoundary}::text) from ${elementsOf(sql, name)})`
}

/** The values of all custom attributes in one text. */
export function joinedAttributes(sql: TenantSql): Fragment {
  return sql`(
    select string_agg(element.value, ${textBoundary}::text)
    from jsonb_each(identity.attributes) as each,
      jsonb_array_elements_text(${asArray(sql, sql`each.value`)}) as element (value))`
}

function asArray(sql: TenantSql, value: Fragment): Fragment {
  return sql`case jsonb_typeof(${value}) when 'array' then ${value} when 'string' then jsonb_build_array(${value}) end`
}
