/** The positions of the two numbers of a line. A number has at most 18 digits; a longer one is not an id of a pair file. */
interface PairLine {
  readonly first: Span
  readonly second: Span
}

interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Reads a line of a pair file: two integers, with blanks before, between and after, and nothing else. Returns undefined for a blank
 * line, and for any other line the position of the first byte at fault.
 */
export function readPairLine(bytes: Uint8Array, start: number, end: number): PairLine | number | undefined {
  const first = numberAt(bytes, skipBlanks(bytes, start, end), end)
  if (first.start === end) return undefined
  const second = numberAt(bytes, skipBlanks(bytes, first.end, end), end)
  const after = skipBlanks(bytes, second.end, end)
  const isApart = second.start > first.end
  if (first.start === first.end) return first.start
  if (second.start === second.end || !isApart) return second.start
  return after < end ? after : { first, second }
}

/** Skips blanks and the CR of a CRLF. */
function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && (bytes[at] === 0x20 || bytes[at] === 0x09 || bytes[at] === 0x0d)) at++
  return at
}

function numberAt(bytes: Uint8Array, start: number, end: number): Span {
  let at = start
  while (at < end && at - start < 18 && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++
  return { start, end: at }
}
