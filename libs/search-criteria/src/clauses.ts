/** How clauses of one level combine, as in a boolean query of Elasticsearch. */
export interface Clauses<T> {
  /** All of them have to match. */
  readonly must: readonly T[]
  /** One of them has to match where `must` is empty; else they do not restrict. */
  readonly should: readonly T[]
  /** None of them may match. Alone on their level they mean everything else. */
  readonly mustNot: readonly T[]
}

/** A clause as it is written among others. */
export interface WrittenClause<T> {
  /** The operator in front of it, undefined for a blank. */
  readonly operator: 'and' | 'or' | undefined
  /** `-` stands for NOT and `!` too. */
  readonly sign: '+' | '-' | undefined
  readonly of: T
}

/**
 * Sorts the clauses of one level as Lucene's classic parser does with OR as its default operator (`addClause` of
 * QueryParserBase, which Elasticsearch's query_string uses): AND makes the clauses on both of its sides required, a sign
 * says it for one clause, and everything else is optional. OR is the same as a blank.
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
