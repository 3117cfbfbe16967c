import { withoutUnseen } from './unseen-characters.ts'

/**
 * A value as JSON, piece by piece: no piece holds more than an item of an array, and arrays may be any iterable. What holds nothing
 * but plain values stands on one line. Means what `JSON.stringify` means; characters that nobody sees are written as escapes.
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

/** No array, and no object but one of plain values. */
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
