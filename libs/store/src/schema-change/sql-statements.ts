/** One statement of a file of SQL. */
interface SqlStatement {
  /** The text in the file, without the semicolon. */
  readonly text: string
  /** In lower case and on one line, without comments, dollar-quoted bodies and the schema `assay`. */
  readonly words: string
}

/** Comments, literals, quoted names and dollar-quoted bodies: a semicolon inside them does not end a statement. */
const piece = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|;/g

/** The statements of a file, in order. It is not a parser: it only knows where a semicolon does not end a statement. */
export function sqlStatements(text: string): SqlStatement[] {
  const statements: SqlStatement[] = []
  let from = 0
  let words = ''
  let wordsFrom = 0
  const end = (at: number) => {
    words += text.slice(wordsFrom, at)
    const plain = words
      .toLowerCase()
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\bassay\./g, '')
      .trim()
    if (plain !== '') statements.push({ text: text.slice(from, at).trim(), words: plain })
    words = ''
  }
  for (const match of text.matchAll(piece)) {
    const [found] = match
    const after = match.index + found.length
    if (found === ';') {
      end(match.index)
      from = after
      wordsFrom = after
    } else if (found.startsWith('--') || found.startsWith('/*') || found.startsWith('$')) {
      words += `${text.slice(wordsFrom, match.index)} `
      if (found.startsWith('$')) words += '$$ '
      wordsFrom = after
    }
  }
  end(text.length)
  return statements
}

/** The parts of a list between commas that are not inside parentheses or literals. */
export function listParts(list: string): string[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const [token] of list.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[\s\S]/g)) {
    if (token === '(') depth++
    if (token === ')') depth--
    if (token === ',' && depth === 0) {
      parts.push(part.trim())
      part = ''
    } else {
      part += token
    }
  }
  return [...parts, part.trim()].filter((one) => one !== '')
}
