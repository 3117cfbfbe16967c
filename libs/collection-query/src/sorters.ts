import { invalidArgument } from '@assay/errors'
import { callerShaped, type Fragment, type TenantSql } from '@assay/store'

export interface Sorter<Name extends string = string> {
  readonly name: Name
  readonly descending: boolean
}

/**
 * Reads the query parameter `sorters`, such as `type,-modified`, for a list that sorts by `names`. An absent or blank parameter gives none.
 * @throws invalid_argument on `sorters` with the valid names, for an unknown, empty or repeated name
 */
export function parseSorters<Name extends string>(text: string | undefined, names: readonly Name[]): Sorter<Name>[] {
  if (text === undefined || text.trim() === '') return []
  const sorters: Sorter<Name>[] = []
  for (const item of text.split(',')) {
    const written = item.trim()
    const descending = written.startsWith('-')
    const name = names.find((known) => known === (descending ? written.slice(1) : written))
    const refuse = (what: string) => invalidArgument('sorters', `${what}; this list sorts by ${names.join(', ')}`)
    if (name === undefined) throw refuse(written === '' ? 'a name is missing' : `"${written}" is not supported`)
    if (sorters.some((sorter) => sorter.name === name)) throw refuse(`"${name}" is given twice`)
    sorters.push({ name, descending })
  }
  return sorters
}

/**
 * The `order by` of a list: first the sorters, with missing values last in both directions, then `tieBreaks` (`sql`created_at desc``,
 * `sql`id``). These are the order of a list without sorters, and they end with a unique column, so that pages are stable.
 */
export function sortOrder<Name extends string>(
  sql: TenantSql,
  sorters: readonly Sorter<Name>[],
  columns: Readonly<Record<Name, Fragment>>,
  tieBreaks: readonly [Fragment, ...Fragment[]],
): Fragment {
  const terms = sorters.map(({ name, descending }) =>
    descending ? sql`${columns[name]} desc nulls last` : sql`${columns[name]} asc nulls last`,
  )
  const order = [...terms, ...tieBreaks].flatMap((term, index) => (index === 0 ? [term] : [sql`,`, term]))
  // Five names give six thousand orders, but only ten of a single name.
  return sorters.length > 1 ? callerShaped(sql`order by ${order}`) : sql`order by ${order}`
}
