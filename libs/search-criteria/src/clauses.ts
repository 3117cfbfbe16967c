/** How clauses of one level combine, as in a boolean query of Elasticsearch. */
export interface Clauses<T> {
  /** All of them have to match. */
  readonly must: readonly T[]
  /** One of them has to match if `must` is empty; otherwise they have no effect. */
  readonly should: readonly T[]
  /** None of them may match. If a level has only these, it matches everything else. */
  readonly mustNot: readonly T[]
}

/** A clause as it is written in a query. */
export interface WrittenClause<T> {
  /** The operator before it; undefined if there is only a blank. */
  readonly operator: 'and' | 'or' | undefined
  /** `-` also for NOT and `!`. */
  readonly sign: '+' | '-' | undefined
  readonly of: T
}

/**
 * Sorts the clauses of one level as Lucene's classic parser does with OR as its default operator (`addClause` of
 * QueryParserBase, which Elasticsearch's query_string uses). AND makes the clauses on both sides required, a sign applies to
 * one clause, and all others are optional. OR is the same as a blank.
 */
export function combineClauses<T>(written: readonly WrittenClause<T>[]): Clauses<T> {
  const must: T[] = []
  const should: T[] = []
  const mustNot: T[] = []
  for (const [index, { operator, sign, of }] of written.entries()) {
    const isJoined = operator === 'and' || written[index + 1]?.operator === 'and'
    if (sign === '-') mustNot.push(of)
    else if (sign === '+' || isJoined) must.push(of)
    else should.push(of)
  }
  return { must, should, mustNot }
}
