import { type DomainError, invalidArgument } from '@assay/errors'
import { shown } from './faults.ts'
import { fileNames, pairFileName } from './file-forms.ts'
import { readPairLine } from './pair-line.ts'

/** An uploaded file, by its name. */
export interface NamedFile {
  /** The name of the upload. */
  readonly given: string
  /** The name of the file of the CSV set that it stands for, without `.gz`. */
  readonly name: string
  readonly isGzipName: boolean
  /** The name does not say that it is a pair file: its first line must be a pair. */
  readonly mustShowPairs: boolean
}

/**
 * Determines from a name which file of the set it is; a text file of any other name may be the pair file. @throws invalid_argument
 */
export function namedFile(given: string): NamedFile {
  const isGzipName = given.endsWith('.gz')
  const name = isGzipName ? given.slice(0, -3) : given
  if (fileNames.includes(name)) return { given, name, isGzipName, mustShowPairs: false }
  if (!/^[^/\\]{1,255}\.txt$/i.test(name)) throw notRecognised(given, 'no file of an import has this name')
  return { given, name: pairFileName, isGzipName, mustShowPairs: true }
}

/** Passes the content on. @throws invalid_argument when it must contain pairs and its first line is not a pair */
export async function* recognised(
  file: NamedFile,
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  let isKnown = !file.mustShowPairs
  for await (const piece of content) {
    if (!isKnown && !beginsWithPair(piece)) {
      throw notRecognised(file.given, 'its first line is not a pair of whole numbers')
    }
    isKnown = true
    yield piece
  }
  if (!isKnown) throw notRecognised(file.given, 'it is empty')
}

/** Whether the first line that is not blank is a pair. The piece is much longer than a line. */
function beginsWithPair(piece: Uint8Array): boolean {
  for (let start = 0; start < piece.length; ) {
    const lineFeed = piece.indexOf(0x0a, start)
    const end = lineFeed < 0 ? piece.length : lineFeed
    const line = readPairLine(piece, start, end)
    if (line !== undefined) return typeof line === 'object'
    start = end + 1
  }
  return false
}

function notRecognised(given: string, why: string): DomainError {
  return invalidArgument(
    'file_name',
    `${shown(given)} is not recognised: ${why}. An import takes ${fileNames.join(', ')}, each also as .gz; ` +
      'the pair file, which has the number of an identity and that of an entitlement on each line, may be any .txt file. ' +
      'Leave this file out, or give it the name of what it is',
  )
}
