/**
 * The row of a query that always has exactly one: a count, or an insert that returns its row. For a row that may be absent, `const [row] =
 * ...` has the right type.
 * @throws Error for no rows or several: the query is wrong
 */
export function onlyRow<T>(rows: readonly T[]): T {
  const [row] = rows
  if (row === undefined || rows.length > 1) throw new Error(`a query for one row has ${rows.length}`)
  return row
}
