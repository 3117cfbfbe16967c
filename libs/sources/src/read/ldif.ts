import { decoded, type Encoding } from '../bytes/encoding.ts'
import { type Line, linesOf } from '../bytes/lines.ts'
import { UnreadableFile } from '../faults.ts'
import type { InputFile } from '../input-file.ts'
import { EntryRow, type Row } from '../row.ts'

/**
 * The entries of an LDIF file (RFC 2849): folded lines, comments, base64. It refuses records that change or delete entries, since
 * they are not the state of a directory, and values by URL, since they are stored elsewhere.
 */
export async function* ldifRows(
  file: InputFile,
  encoding: Encoding,
  longestLine: number,
): AsyncGenerator<readonly Row[], void, undefined> {
  let entry = new Map<string, string[]>()
  let begins = 0
  for await (const batch of unfolded(
    linesOf(file.name, decoded(file, encoding), longestLine),
    file.name,
    longestLine,
  )) {
    const rows: Row[] = []
    for (const { text, number } of batch) {
      if (text.startsWith('#')) continue
      if (text.trim() === '') {
        if (entry.size > 0) rows.push(finished(entry, begins))
        entry = new Map()
        continue
      }
      const { name, value } = attributeOf(text, number)
      if (entry.size === 0) {
        if (name === 'version' || name === 'search' || name === 'result') continue
        if (name !== 'dn')
          throw new UnreadableFile(file.name, number, `an entry begins with "dn:", not with "${name}:"`)
        begins = number
      } else if (name === 'dn') {
        throw new UnreadableFile(file.name, number, 'a blank line is missing before this "dn:"')
      } else if (name === 'changetype') {
        // A file for ldapadd: each entry exists afterwards as it is written.
        if (value.toLowerCase() === 'add') continue
        const reason = 'this file lists changes; export the entries themselves, for example by ldapsearch or slapcat'
        throw new UnreadableFile(file.name, number, reason)
      }
      const values = entry.get(name)
      if (values === undefined) entry.set(name, [value])
      else values.push(value)
    }
    if (rows.length > 0) yield rows
  }
  if (entry.size > 0) yield [finished(entry, begins)]

  function finished(values: Map<string, string[]>, line: number): Row {
    return new EntryRow(file.name, line, values)
  }

  function attributeOf(text: string, line: number): { name: string; value: string } {
    const colon = text.indexOf(':')
    if (colon <= 0) throw new UnreadableFile(file.name, line, 'the line has no "name: value"')
    // Options after the name, as in `cn;lang-de`, are ignored: the values count alike.
    const name = (text.slice(0, colon).split(';', 1)[0] ?? '').trim().toLowerCase()
    const rest = text.slice(colon + 1)
    if (rest.startsWith('<')) {
      throw new UnreadableFile(file.name, line, `the value of "${name}" lies in another place (URL); export it in line`)
    }
    return { name, value: rest.startsWith(':') ? fromBase64(rest.slice(1).trim(), name, line) : rest.trim() }
  }

  function fromBase64(text: string, name: string, line: number): string {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) {
      throw new UnreadableFile(file.name, line, `the value of "${name}" is no whole base64`)
    }
    const bytes = Buffer.from(text, 'base64')
    const value = bytes.toString('utf8')
    // Photos and binary ids stay as they were written.
    return Buffer.from(value, 'utf8').equals(bytes) ? value : text
  }
}

/** Joins each line that begins with a blank to the line before. */
async function* unfolded(
  batches: AsyncIterable<Line[]>,
  file: string,
  longest: number,
): AsyncGenerator<Line[], void, undefined> {
  let held: Line | undefined
  for await (const batch of batches) {
    const whole: Line[] = []
    for (const line of batch) {
      if (held !== undefined && line.text.startsWith(' ')) {
        held = { text: held.text + line.text.slice(1), number: held.number }
        if (held.text.length > longest * 16) {
          throw new UnreadableFile(file, held.number, 'a folded value without end')
        }
        continue
      }
      if (held !== undefined) whole.push(held)
      held = line
    }
    if (whole.length > 0) yield whole
  }
  if (held !== undefined) yield [held]
}
