import { withoutUnseen } from './unseen-characters.ts'

/**
 * A value as JSON, in pieces: no piece has more than one item of an array, and arrays may be any iterable. A value that contains only plain
 * values is on one line. It means the same as `JSON.stringify`; invisible characters are written as escapes.
 */
export function* jsonPieces(value: unknown, indent = ''): Generator<string> {
  if (isPlain(value)) yield jsonText(value)
  else if (isIterable(value)) yield* jsonArray(value, indent)
  else yield* jsonObject(value as object, indent)
}

function* jsonArray(items: Iterable<unknown>, indent: string): Generator<string> {
  let opening = '['
  for (const item of items) {
    const head = `${opening}\n${indent}  `
    if (isPlain(item)) yield head + jsonText(item)
    else {
      yield head
      yield* jsonPieces(item, `${indent}  `)
    }
    opening = ','
  }
  yield opening === '[' ? '[]' : `\n${indent}]`
}

function* jsonObject(members: object, indent: string): Generator<string> {
  let opening = '{'
  for (const [name, member] of Object.entries(members)) {
    yield `${opening}\n${indent}  ${jsonText(name)}: `
    yield* jsonPieces(member, `${indent}  `)
    opening = ','
  }
  yield `\n${indent}}`
}

function jsonText(value: unknown): string {
  return withoutUnseen(JSON.stringify(value), escaped)
}

/** Whether the value is neither an array nor an object with nested objects. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (isIterable(value)) return false
  for (const name in value) if (typeof (value as Record<string, unknown>)[name] === 'object') return false
  return true
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}

function escaped(codePoint: number): string {
  return String.fromCodePoint(codePoint)
    .split('')
    .map((half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
