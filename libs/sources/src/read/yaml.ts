import { LineCounter, parseAllDocuments } from 'yaml'
import { decoded, type Encoding } from '../bytes/encoding.ts'
import { UnreadableFile } from '../faults.ts'
import type { InputFile } from '../input-file.ts'
import type { Row } from '../row.ts'
import { isList, isMembers, textOf, type Value } from '../value.ts'
import { withAccessOfAws } from './aws-auth.ts'
import { DocumentRows, DocumentSkeleton, walk } from './document.ts'
import type { RowReading, Shape } from './part.ts'
import { withTuples } from './relationships.ts'

/**
 * The documents of a YAML file, with every scalar as text (`no` stays `no`). They are held in memory as a whole, since anchors may
 * refer to any place; a file above the limit is refused. `null`, `~` and nothing are no value.
 */
export async function yamlDocuments(file: InputFile, encoding: Encoding, mostBytes: number): Promise<Value[]> {
  let text = ''
  for await (const piece of decoded(file, encoding)) {
    text += piece
    if (text.length > mostBytes) {
      throw new UnreadableFile(file.name, 0, `is longer than ${mostBytes} bytes, the limit for YAML; export it as JSON`)
    }
  }
  const lineCounter = new LineCounter()
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    lineCounter,
    logLevel: 'silent',
    prettyErrors: false,
  })
  const list = Array.isArray(documents) ? documents : []
  const values = list.map((document) => {
    const [error] = document.errors
    if (error !== undefined) throw new UnreadableFile(file.name, lineCounter.linePos(error.pos[0]).line, error.message)
    try {
      const plain = withTuples(plainValue(document.toJS({ maxAliasCount: 100 }), 0))
      return withAccessOfAws(plain, (value) => plainValue(value, 0))
    } catch (cause) {
      throw new UnreadableFile(file.name, 0, cause instanceof Error ? cause.message : String(cause), { cause })
    }
  })
  return values.length > 1 ? values.flatMap(listedOf) : values
}

/** Replaces a Kubernetes list between other objects with its objects, since the records of one file are at one path. */
function listedOf(document: Value): readonly Value[] {
  if (!isMembers(document)) return [document]
  const { apiVersion, kind, items } = document
  return apiVersion !== undefined && /List$/.test(textOf(kind)) && isList(items) ? items : [document]
}

function plainValue(value: unknown, depth: number): Value {
  if (depth > 200) throw new Error('values are nested deeper than 200')
  if (Array.isArray(value)) return value.map((each) => plainValue(each, depth + 1))
  if (typeof value === 'object' && value !== null) {
    const members: Record<string, Value> = Object.create(null)
    for (const [name, member] of Object.entries(value)) members[name] = plainValue(member, depth + 1)
    return members
  }
  const text = value === null || value === undefined ? '' : String(value)
  return text === '' || text === '~' || text === 'null' ? undefined : text
}

export async function* yamlRows(
  file: InputFile,
  encoding: Encoding,
  mostBytes: number,
  { paths }: RowReading,
): AsyncGenerator<readonly Row[], void, undefined> {
  const rows = new DocumentRows(file.name, paths)
  for (const document of await yamlDocuments(file, encoding, mostBytes)) walk(document, rows)
  if (rows.rows.length > 0) yield rows.rows
}

export function yamlShape(documents: readonly Value[]): Shape {
  const skeleton = new DocumentSkeleton()
  for (const document of documents) walk(document, skeleton)
  return skeleton.shape
}
