/**
 * What `whoami /all` of Windows prints: tables with a line of equals signs below their names. The table of the user has two columns,
 * that of the groups four; names of columns and kinds of groups are in the language of the system, so that the numbers of Windows
 * tell the groups that somebody may be put into from those that every session has.
 */
const rulePattern = /^=+(?: =+)+\s*$/
/** Groups of the system, of a domain, and of Entra. */
const ownGroups = /^S-1-(?:5-32-|5-21-|12-1-)/
const anyone = /^S-1-\d/

type Spans = readonly (readonly [start: number, end: number])[]

function spansOf(line: string): Spans | undefined {
  if (!rulePattern.test(line)) return undefined
  return [...line.matchAll(/=+/g)].map(({ 0: signs, index }) => [index, index + signs.length] as const)
}

function cellsOf(line: string, spans: Spans): string[] {
  return spans.map(([start], index) => line.slice(start, spans[index + 1]?.[0]).trim())
}

/** Whether lines are such an output, and whether it says whose groups they are. */
export function whoamiLook(lines: readonly string[]): 'with user' | 'without user' | undefined {
  const below = (columns: number, sid: number) =>
    lines.some((line, at) => {
      const spans = spansOf(line)
      return spans?.length === columns && anyone.test(cellsOf(lines[at + 1] ?? '', spans)[sid] ?? '')
    })
  if (!below(4, 2)) return undefined
  return below(2, 1) ? 'with user' : 'without user'
}

/** The groups of one user after the other. */
export class WhoamiLines {
  #spans: Spans | undefined
  #login = ''

  take(line: string): readonly (readonly string[])[] {
    const spans = spansOf(line)
    if (spans !== undefined || line.trim() === '') {
      this.#spans = spans
      return []
    }
    if (this.#spans === undefined) return []
    const cells = cellsOf(line, this.#spans)
    if (cells.length === 2 && anyone.test(cells[1] ?? '')) {
      this.#login = withoutDomain(cells[0] ?? '')
      return [['', this.#login, '', 'true']]
    }
    const [name = '', , sid = ''] = cells
    if (cells.length !== 4 || this.#login === '' || name === '' || !ownGroups.test(sid)) return []
    return [[withoutDomain(name), this.#login, '', 'true']]
  }
}

function withoutDomain(name: string): string {
  return name.slice(name.lastIndexOf('\\') + 1)
}
