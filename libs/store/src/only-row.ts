/**
 * The row of a query that has exactly one, whatever the data are: a count, an insert of one row that returns it. Where a row may
 * be absent, `const [row] = ...` says so in its type.
 * @throws Error when there are no rows or several: the query is wrong
 */
export function onlyRow<T>(rows: readonly T[]): T {
  const [row] = rows
  if (row === undefined || rows.length > 1) throw new Error(`a query for one row has ${rows.length}`)
  return row
}
