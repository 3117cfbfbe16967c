/** Words that are followed by a relation. */
const beforeRelation = new Set([
  'from',
  'join',
  'into',
  'update',
  'using',
  'table',
  'only',
  'like',
  'references',
  'copy',
])
/** Words that begin a list of relations, which continues after a comma, until the next clause or the end of the parenthesis. */
const beforeList = new Set(['from', 'using', 'table'])
const endsList = new Set(
  'where group order limit offset having union intersect except set returning window fetch for values select'.split(
    ' ',
  ),
)
const optional = new Set(['only', 'if', 'not', 'exists', 'lateral'])

/** A name with the names that qualify it, a number, or one character. */
const token = /(?:"[^"]*"|[\p{L}_][\p{L}\p{N}_$]*)(?:\s*\.\s*(?:"[^"]*"|[\p{L}_][\p{L}\p{N}_$]*))*|\p{N}+|\S/gu

interface NamedInSql {
  /** The last parts of names at the place of a relation, such as a table or a name that `with` defines. */
  readonly relations: ReadonlySet<string>
  readonly functions: ReadonlySet<string>
  /** The parts before the dot of qualified names: aliases, tables and schemas. */
  readonly qualifiers: ReadonlySet<string>
}

/**
 * The names in a piece of SQL: a statement, or a fragment that another statement includes. It does not parse; it decides by the words
 * before a name. A fragment that begins with a name may follow a `from`, so this name counts as a relation, unless it is a part of an
 * expression.
 */
export function namedInSql(text: string): NamedInSql {
  const words = (withoutComments(text).match(token) ?? []).map((word) => word.toLowerCase().replace(/["\s]/g, ''))
  const relations = new Set<string>()
  const functions = new Set<string>()
  const qualifiers = new Set<string>()
  /** For each open parenthesis, whether a list of relations continues in it. */
  const lists = [false]
  let isExpected = beginsWithRelation(words)
  for (const [index, word] of words.entries()) {
    const parts = word.split('.')
    if (parts.length > 1) for (const part of parts.slice(0, -1)) qualifiers.add(part)
    if (/^[\p{L}_]/u.test(word) && words[index + 1] === '(') functions.add(parts.at(-1) ?? '')
    if (isExpected && optional.has(word)) continue
    if (isExpected && /^[\p{L}_]/u.test(word) && words[index + 1] !== '(') relations.add(parts.at(-1) ?? '')
    // In `insert into grants (tenant_id, ...)`, a parenthesis follows a table.
    if (isExpected && words[index - 1] !== 'from' && words[index + 1] === '(') relations.add(parts.at(-1) ?? '')
    isExpected = false
    if (word === '(') lists.push(false)
    else if (word === ')' && lists.length > 1) lists.pop()
    else if (word === ',' && lists.at(-1)) isExpected = true
    else if (endsList.has(word)) lists[lists.length - 1] = false
    if (beforeList.has(word)) lists[lists.length - 1] = true
    if (beforeRelation.has(word)) isExpected = true
  }
  return { relations, functions, qualifiers }
}

function beginsWithRelation([first = '', second]: readonly string[]): boolean {
  return /^[\p{L}_]/u.test(first) && (second === undefined || /^[\p{L}_]/u.test(second))
}

function withoutComments(text: string): string {
  return text.replace(/--.*$|\/\*[\s\S]*?\*\//gm, ' ')
}
