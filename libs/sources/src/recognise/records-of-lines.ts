/** A record of a table among the lines that were looked at. */
export interface SampledRecord {
  readonly text: string
  /** Lines before it. */
  readonly line: number
}

/** Lines that one quoted cell may go over, for the look at it; more is a quote that nothing closes. */
const longestCell = 20

/** The records of some lines, without blank ones: a line break between quotes belongs to the cell. */
export function recordsOfLines(lines: readonly string[]): SampledRecord[] {
  const records: SampledRecord[] = []
  for (let line = 0; line < lines.length; line++) {
    const first = lines[line] ?? ''
    if (first.trim() === '') continue
    let text = first
    let last = line
    while (isOpen(text) && last + 1 < lines.length && last - line < longestCell) text += `\n${lines[++last]}`
    if (isOpen(text)) {
      records.push({ text: first, line })
      continue
    }
    records.push({ text, line })
    line = last
  }
  return records
}

/** Whether a quote that opens a cell is not closed. One within a text, as that of 5" pipes, opens none. */
function isOpen(text: string): boolean {
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== '"') continue
    if (!quoted) quoted = at === 0 || /[,;\t|]/.test(text[at - 1] ?? '')
    else if (text[at + 1] === '"') at++
    else quoted = false
  }
  return quoted
}
