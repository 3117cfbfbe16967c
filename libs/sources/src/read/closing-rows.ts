/** Sums: a person of such a name would have other cells than numbers. */
const sumWord =
  /^\W*(grand |sub[- ]?|overall )?(totals?|totale|totaux|sum|summe|gesamt(summe|zahl)?|somme|suma|anzahl|count)\b[^\p{L}]*(of |der |des |de )?/iu
const countedRows =
  /^\W*\d[\d.,' ]*\s*(rows?|records?|lines?|users?|entries|items|results?|accounts?|zeilen|datensätze|einträge|benutzer|lignes|filas|registros)\b/iu
const remark =
  /^\W*(copyright|©|\(c\)|confidential|vertraulich|end of (the )?(report|list|file|data)|ende (der|des) |(report|list|file)? ?(generated|created|printed|exported|produced|run) (by|on|at)\b|erstellt (am|von)\b|as of \d|stand:? \d)/iu

const numbers = /^[\d.,' %-]*$/

const sumBeginnings = new Set(['tot', 'sum', 'sub', 'gra', 'ges', 'som', 'anz', 'cou', 'ove'].map(beginning))

function beginning(word: string): number {
  const [one = 0, two = 0, three = 0] = Buffer.from(word)
  return (one << 16) | (two << 8) | three
}

/** Whether a cell begins with three letters of a word that `closesTable` takes for a sum. */
export function beginsAsSum(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3) return false
  const three = (bytes[start]! << 16) | (bytes[start + 1]! << 8) | bytes[start + 2]!
  return sumBeginnings.has(three | 0x202020)
}

/**
 * Whether cells below a table are no row of it: a sum, how many rows there were, or a remark such as whose the report is.
 * @param columns of the header
 * @param isWhole false at the end of a text without an end of the line, where a row may have been cut off
 */
export function closesTable(cells: readonly string[], columns: number, isWhole = true): boolean {
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '')
  const [first, ...others] = filled
  if (first === undefined || columns < 2) return false
  if (others.length === 0) {
    if (countedRows.test(first) || remark.test(first) || (sumWord.test(first) && /\d|:$/.test(first))) return true
    // A line of words alone.
    return isWhole && cells.length === 1 && columns >= 3 && /\S\s+\S/.test(first)
  }
  return sumWord.test(first) && first.length < 40 && others.every((cell) => numbers.test(cell))
}
