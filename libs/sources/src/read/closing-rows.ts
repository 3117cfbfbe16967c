/** Words for a sum. A role or a person with such a name has further words: Total Rewards Admin, Count Basie. */
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
  ...['totaal', 'somme', 'suma', 'razem', 'łącznie', 'ogółem', 'anzahl', 'count'],
])
const beforeSums = new Set(['grand', 'sub', 'overall'])
/** Words between a sum and the summed things: after the first of these any words may follow. */
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
  ...['wierszy', 'rekordów', 'pozycji', 'osób', 'pracowników', 'użytkowników', 'kont', 'ról', 'grup', 'uprawnień'],
])

/** Whether a text is only the name of a sum: `Grand total`, `Total users: 3`, `Summe der Zeilen`. */
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
/** Short words that occur in names. */
const particles = new Set(['von', 'van', 'der', 'den', 'dem', 'del', 'della', 'dos', 'das', 'bin', 'ibn', 'und', 'and'])
const longestRemark = 2_000

/** Whether a text is a sentence with a full stop, unlike the name of a role, or begins like a remark. */
function isRemark(text: string): boolean {
  if (text.length > longestRemark) return false
  if (remarkBeginning.test(text)) return true
  if (!/[.!?][)"'“”»]*$/.test(text)) return false
  const words = text.split(/\s+/)
  const isNameLike = words.length < (/^\P{L}*\p{Lu}/u.test(text) ? 4 : 6)
  return !isNameLike && words.filter((word) => /^\p{Ll}{3,}[,.;:!?]?$/u.test(word) && !particles.has(word)).length >= 2
}

/** The maximum number of rows that close a table. */
export const mostClosing = 10

const numbers = /^[\d.,' %-]*$/

/** Makes capital letters small: of each of three bytes, the bit that tells them apart. */
const anyCase = 0x202020
const sumBeginnings = new Set(
  ['tot', 'sum', 'sub', 'gra', 'ges', 'som', 'anz', 'cou', 'ove', 'raz', 'łą', 'Łą', 'ogó'].map(beginning),
)

function beginning(word: string): number {
  const [one = 0, two = 0, three = 0] = Buffer.from(word)
  return (one << 16) | (two << 8) | three | anyCase
}

/** Whether a cell begins with three letters of a word that `closesTable` takes for a sum. */
export function beginsAsSum(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3) return false
  const three = (bytes[start]! << 16) | (bytes[start + 1]! << 8) | bytes[start + 2]!
  return sumBeginnings.has(three | anyCase)
}

/**
 * Whether cells below a table are not a row of it: a sum, a number of rows, or a remark such as the owner of the report.
 * @param columns of the header
 * @param isApart false where a line with only words may be a row: at the end of a text without a line end, where a row may have
 * been cut off, and below the rows of a sheet, which do not store empty cells at their end
 */
export function closesTable(cells: readonly string[], columns: number, isApart = true): boolean {
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '')
  const [first, ...others] = filled
  if (first === undefined || columns < 2) return false
  if (others.length === 0) {
    if (countedRows.test(first) || remark.test(first) || (isSum(first) && /\d|:$/.test(first))) return true
    // In the first cell while the others are empty, as spreadsheets write it.
    if (columns >= 3 && cells[0]?.trim() === first && (isApart || cells.length >= columns) && isRemark(first))
      return true
    // A line with only words.
    return isApart && cells.length === 1 && columns >= 3 && /\S\s+\S/.test(first)
  }
  return first.length < 40 && isSum(first) && others.every((cell) => numbers.test(cell))
}
