import { withoutUnseen } from './unseen-characters.ts'

/**
 * A value as indented JSON, piece by piece: no piece holds more than an item of an array. Means what `JSON.stringify` means;
 * characters that nobody sees are written as escapes. Members that are undefined are left out.
 */
export function* jsonPieces(value: unknown, indent = ''): Generator<string> {
  const inner = `${indent}  `
  if (isIterable(value)) {
    let isFirst = true
    for (const item of value) {
      yield `${isFirst ? '[' : ','}\n${inner}`
      yield* jsonPieces(item, inner)
      isFirst = false
    }
    yield isFirst ? '[]' : `\n${indent}]`
  } else if (holdsArray(value)) {
    let isFirst = true
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue
      yield `${isFirst ? '{' : ','}\n${inner}${jsonText(name)}: `
      yield* jsonPieces(member, inner)
      isFirst = false
    }
    yield isFirst ? '{}' : `\n${indent}}`
  } else yield jsonText(value, indent)
}

function jsonText(value: unknown, indent = ''): string {
  const lines = JSON.stringify(value, undefined, 2).split('\n')
  // Line ends of the layout are the only ones that JSON has outside of escapes.
  return lines.map((line) => withoutUnseen(line, escaped)).join(`\n${indent}`)
}

/** An object with an array somewhere inside. */
function holdsArray(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((member) => isIterable(member) || holdsArray(member))
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
