/** A record of a table among the examined lines. */
export interface SampledRecord {
  readonly text: string
  /** The number of lines before it. */
  readonly line: number
}

/** The maximum number of lines of one quoted cell in this examination; a longer one is a quote that is never closed. */
const longestCell = 20

/** The records of some lines, without blank lines: a line break between quotes belongs to the cell. */
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

/** Whether a quote that opens a cell is not closed. A quote within a text, as in 5" pipes, does not open one. */
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
