import { withoutUnseen } from './unseen-characters.ts'

/**
 * A value as JSON, indented. Means what `JSON.stringify` means; characters that nobody sees are written as escapes.
 * @param indent what stands before each line but the first
 */
export function jsonText(value: unknown, indent = ''): string {
  // Line ends of the layout are the only ones that JSON has outside of escapes.
  return JSON.stringify(value, undefined, 2)
    .split('\n')
    .map((line) => withoutUnseen(line, escaped))
    .join(`\n${indent}`)
}

function escaped(codePoint: number): string {
  return Array.from(String.fromCodePoint(codePoint).split(''), (half) => {
    return `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`
  }).join('')
}

/** The members of an array, one after the other, between a head and a foot of lines. */
export function* jsonArray(head: string, items: Iterable<unknown>, foot: string, indent: string): Generator<string> {
  yield head
  let isFirst = true
  for (const item of items) {
    yield `${isFirst ? '' : ','}\n${indent}${jsonText(item, indent)}`
    isFirst = false
  }
  yield isFirst ? foot : `\n${indent.slice(2)}${foot}`
}
