import { UnreadableFile } from '../faults.ts'

export interface Line {
  readonly text: string
  /** From 1. */
  readonly number: number
}

/** The lines of a text, in the batches of its chunks. @throws UnreadableFile for a line longer than the limit */
export async function* linesOf(
  file: string,
  texts: AsyncIterable<string>,
  longest: number,
): AsyncGenerator<Line[], void, undefined> {
  let rest = ''
  let number = 0
  for await (const text of texts) {
    const pieces = (rest + text).split('\n')
    rest = pieces.pop() ?? ''
    if (rest.length > longest) throw tooLong(number + 1)
    if (pieces.length === 0) continue
    yield pieces.map((piece) => {
      number++
      if (piece.length > longest) throw tooLong(number)
      return { text: piece.endsWith('\r') ? piece.slice(0, -1) : piece, number }
    })
  }
  if (rest !== '') yield [{ text: rest.endsWith('\r') ? rest.slice(0, -1) : rest, number: number + 1 }]

  function tooLong(line: number): UnreadableFile {
    return new UnreadableFile(file, line, `a line of more than ${longest} characters: this is no text file of records`)
  }
}
