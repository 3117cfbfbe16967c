/** Words of a sum. A role or a person of such a name has further words: Total Rewards Admin, Count Basie. */
const sums = new Set([
  ...[
    'total',
    'totals',
    'subtotal',
    'subtotals',
    'totale',
    'totaux',
    'sum',
    'summe',
    'gesamt',
    'gesamtsumme',
    'gesamtzahl',
  ],
  ...['totaal', 'somme', 'suma', 'anzahl', 'count'],
])
const beforeSums = new Set(['grand', 'sub', 'overall'])
/** What stands between a sum and what is summed: behind the first of these any words may follow. */
const ofWhat = new Set(['of', 'der', 'des', 'de', 'for', 'für', 'per', 'by', 'pour', 'por'])
const summed = new Set([
  ...['rows', 'records', 'lines', 'entries', 'items', 'results', 'users', 'people', 'persons', 'employees', 'members'],
  ...['accounts', 'identities', 'roles', 'groups', 'permissions', 'entitlements', 'grants', 'assignments', 'licenses'],
  ...[
    'headcount',
    'amount',
    'general',
    'général',
    'generale',
    'number',
    'all',
    'active',
    'distinct',
    'unique',
    'zeilen',
    'datensätze',
    'einträge',
    'benutzer',
    'konten',
    'personen',
  ],
  ...['mitarbeiter', 'rollen', 'gruppen', 'rechte', 'lignes', 'utilisateurs', 'filas', 'registros', 'usuarios'],
])

/** Whether a text names a sum and nothing else: `Grand total`, `Total users: 3`, `Summe der Zeilen`. */
function isSum(text: string): boolean {
  if (text.length > 100 || /^[^\p{L}]*\d/u.test(text)) return false
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  if (beforeSums.has(words[0] ?? '')) words.shift()
  const [sum = '', next = '', ...others] = words
  if (!sums.has(sum)) return false
  return next === '' || ofWhat.has(next) || [next, ...others].every((word) => summed.has(word))
}

const countedRows =
  /^\W*\d[\d.,'\s]*(rows?|records?|lines?|users?|entries|items|results?|accounts?|zeilen|datensätze|einträge|benutzer|lignes|filas|registros)\b/iu
const remark =
  /^\W*(copyright|©|\(c\)|confidential|vertraulich|end of (the )?(report|list|file|data)|ende (der|des) |(report|list|file)? ?(generated|created|printed|exported|produced|run) (by|on|at)\b|erstellt (am|von)\b|as of \d|stand:? \d)/iu

const remarkBeginning =
  /^(\*+|†|n\.? ?b\.?:|(note|notes|hint|remark|remarks|hinweis|bemerkung|anmerkung|legend|legende|source|quelle|nota|remarque)\b ?:|(page|seite|página) \d+ (of|von|de) \d+$)/iu
/** Small words that names have. */
const particles = new Set(['von', 'van', 'der', 'den', 'dem', 'del', 'della', 'dos', 'das', 'bin', 'ibn', 'und', 'and'])
const longestRemark = 2_000

/** Whether a text is a sentence with its point, as no role is called, or begins as a remark does. */
function isRemark(text: string): boolean {
  if (text.length > longestRemark) return false
  if (remarkBeginning.test(text)) return true
  if (!/[.!?][)"'“”»]*$/.test(text)) return false
  const words = text.split(/\s+/)
  const isNameLike = words.length < (/^\P{L}*\p{Lu}/u.test(text) ? 4 : 6)
  return !isNameLike && words.filter((word) => /^\p{Ll}{3,}[,.;:!?]?$/u.test(word) && !particles.has(word)).length >= 2
}

/** How many rows close a table at most. */
export const mostClosing = 10

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
 * @param isApart false where a line of words alone may be a row: at the end of a text without an end of the line, where one may have
 *   been cut off, and below the rows of a sheet, which do not hold their last cells when these are empty
 */
export function closesTable(cells: readonly string[], columns: number, isApart = true): boolean {
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '')
  const [first, ...others] = filled
  if (first === undefined || columns < 2) return false
  if (others.length === 0) {
    if (countedRows.test(first) || remark.test(first) || (isSum(first) && /\d|:$/.test(first))) return true
    // In the first of cells that are empty for the rest, as spreadsheets write it.
    if (columns >= 3 && cells[0]?.trim() === first && (isApart || cells.length >= columns) && isRemark(first))
      return true
    // A line of words alone.
    return isApart && cells.length === 1 && columns >= 3 && /\S\s+\S/.test(first)
  }
  return first.length < 40 && isSum(first) && others.every((cell) => numbers.test(cell))
}
