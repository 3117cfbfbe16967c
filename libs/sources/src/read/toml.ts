import { parse, TomlError } from 'smol-toml'
import { decoded, type Encoding } from '../bytes/encoding.ts'
import { UnreadableFile } from '../faults.ts'
import type { InputFile } from '../input-file.ts'
import type { Row } from '../row.ts'
import type { Value } from '../value.ts'
import { DocumentRows, DocumentSkeleton, walk } from './document.ts'
import type { RowReading, Shape } from './part.ts'

/** The document of a TOML file, with every scalar as text. It is held in memory as a whole; a file above the limit is refused. */
export async function tomlDocument(file: InputFile, encoding: Encoding, mostBytes: number): Promise<Value> {
  let text = ''
  for await (const piece of decoded(file, encoding)) {
    text += piece
    if (text.length > mostBytes) {
      throw new UnreadableFile(file.name, 0, `is longer than ${mostBytes} bytes, the limit for TOML; export it as JSON`)
    }
  }
  try {
    return plainValue(parse(text, { maxDepth: 200, integersAsBigInt: true }))
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause
    const [reason = ''] = cause.message.split('\n', 1)
    throw new UnreadableFile(file.name, cause.line, `is no TOML here (${reason}); mend it`, { cause })
  }
}

function plainValue(value: unknown): Value {
  if (Array.isArray(value)) return value.map(plainValue)
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object' || value === null) return String(value)
  const members: Record<string, Value> = Object.create(null)
  for (const [name, member] of Object.entries(value)) members[name] = plainValue(member)
  return members
}

export async function* tomlRows(
  file: InputFile,
  encoding: Encoding,
  mostBytes: number,
  { paths }: RowReading,
): AsyncGenerator<readonly Row[], void, undefined> {
  const rows = new DocumentRows(file.name, paths)
  walk(await tomlDocument(file, encoding, mostBytes), rows)
  if (rows.rows.length > 0) yield rows.rows
}

export function tomlShape(document: Value): Shape {
  const skeleton = new DocumentSkeleton()
  walk(document, skeleton)
  return skeleton.shape
}
