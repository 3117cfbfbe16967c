import { decoded, type Encoding } from '../bytes/encoding.ts'
import type { InputFile } from '../input-file.ts'
import { type DocumentEvents, DocumentRows, DocumentSkeleton } from './document.ts'
import { withoutComments } from './json-comments.ts'
import { lineRows } from './json-lines.ts'
import { JsonReader } from './json-reader.ts'
import type { RowBatch, RowReading, Shape } from './part.ts'
import { fromShellJson } from './shell-json.ts'

/** Whether a file has one document or several, whether it has comments, and whether a shell of MongoDB printed it. */
export interface JsonForm {
  readonly isMany: boolean
  readonly hasComments: boolean
  readonly isOfShell: boolean
}

function textsOf(file: InputFile, encoding: Encoding, { hasComments, isOfShell }: JsonForm): AsyncIterable<string> {
  const texts = hasComments ? withoutComments(decoded(file, encoding)) : decoded(file, encoding)
  return isOfShell ? fromShellJson(texts) : texts
}

/** Sends a file as events; yields the number of characters read after each chunk. */
async function* eventsOf(
  file: InputFile,
  encoding: Encoding,
  events: DocumentEvents,
  form: JsonForm,
): AsyncGenerator<number, void, undefined> {
  const reader = new JsonReader(file.name, events, form.isMany)
  for await (const text of textsOf(file, encoding, form)) {
    reader.take(text)
    yield reader.length
  }
  reader.end()
  // The last line may have no line end.
  yield reader.length
}

export async function* jsonRows(
  file: InputFile,
  encoding: Encoding,
  form: JsonForm,
  { paths }: RowReading,
): AsyncGenerator<RowBatch, void, undefined> {
  const rows = new DocumentRows(file.name, paths)
  const whole = paths.find(({ path }) => path === '')
  if (form.isMany && !form.hasComments && !form.isOfShell && whole !== undefined && whole.tree === undefined) {
    yield* lineRows(file, encoding, rows)
    return
  }
  for await (const _ of eventsOf(file, encoding, rows, form)) {
    if (rows.rows.length > 0) yield rows.rows
    rows.rows = []
  }
}

/** The members of the records in the first part of a document: enough to recognise it, however long it is. */
export async function jsonShape(file: InputFile, encoding: Encoding, form: JsonForm): Promise<Shape> {
  const skeleton = new DocumentSkeleton()
  for await (const length of eventsOf(file, encoding, skeleton, form)) {
    if (length > (form.isMany ? scannedRecords : scannedDocument)) break
  }
  return skeleton.shape
}

const scannedDocument = 64 * 2 ** 20
/** Several records in a file are alike; a single document may begin with anything. */
const scannedRecords = 4 * 2 ** 20
