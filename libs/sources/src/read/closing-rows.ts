/** Sums: a person of such a name would have other cells than numbers. */
const sumWord =
  /^\W*(grand |sub[- ]?|overall )?(totals?|totale|totaux|sum|summe|gesamt(summe|zahl)?|somme|suma|anzahl|count)\b[^\p{L}]*(of |der |des |de )?/iu
const countedRows =
  /^\W*\d[\d.,' ]*\s*(rows?|records?|lines?|users?|entries|items|results?|accounts?|zeilen|datensätze|einträge|benutzer|lignes|filas|registros)\b/iu
const remark =
  /^\W*(copyright|©|\(c\)|confidential|vertraulich|end of (the )?(report|list|file|data)|ende (der|des) |(report|list|file)? ?(generated|created|printed|exported|produced|run) (by|on|at)\b|erstellt (am|von)\b|as of \d|stand:? \d)/iu

const numbers = /^[\d.,' %-]*$/

/** What may close a table begins with one of these letters or with none: most rows are told by their first byte. */
export const closingLetters = new Set([...'tgsaoceuvrlfpTGSAOCEUVRLFP'].map((letter) => letter.charCodeAt(0)))

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
