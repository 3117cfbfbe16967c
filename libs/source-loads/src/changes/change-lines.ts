import type { Faults } from '@assay/sources'
import { type Change, ChangeFault, readChange } from './change.ts'

/** A file with one change on each line. */
export interface ChangeLines {
  readonly name: string
  open(): AsyncIterable<Uint8Array>
}

/** A longer line is a fault. */
const longestLine = 2 ** 20

/** The changes of a file in UTF-8. The position of a change is its line. Lines that are not a change are added to `faults`. */
export async function* changesOfLines({ name, open }: ChangeLines, faults: Faults): AsyncGenerator<Change> {
  let at = 0
  try {
    for await (const line of linesOf(open())) {
      at++
      if (line.trim() === '') continue
      const change = changeOf(line, at, name, faults)
      if (change !== undefined) yield change
    }
  } catch (error) {
    if (!(error instanceof ChangeFault)) throw error
    faults.addFatal({ file: name, at: at + 1, column: '', reason: error.message })
  }
}

function changeOf(line: string, at: number, name: string, faults: Faults): Change | undefined {
  try {
    return readChange(parsed(line), at)
  } catch (error) {
    if (!(error instanceof ChangeFault)) throw error
    faults.add(name, at, error.field, error.message)
    return undefined
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw new ChangeFault('', `is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** @throws ChangeFault for bytes after which the file cannot be read */
async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const piece of bytes) {
    const lines = (rest + decoded(decoder, piece)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield requireShort(line)
    requireShort(rest)
  }
  rest += decoded(decoder)
  if (rest !== '') yield requireShort(rest)
}

function decoded(decoder: InstanceType<typeof TextDecoder>, piece?: Uint8Array): string {
  try {
    return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true })
  } catch {
    throw new ChangeFault('', 'is not UTF-8; changes are JSON in UTF-8, one change on each line')
  }
}

/** @throws ChangeFault */
export function requireShort(line: string): string {
  if (line.length <= longestLine) return line
  throw new ChangeFault('', `is longer than ${longestLine} characters; give one change on each line`)
}
