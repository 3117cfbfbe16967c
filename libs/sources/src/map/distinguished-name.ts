import { folded } from '../value.ts'

/** The parts of a distinguished name (RFC 4514) as type and value, the most specific first; undefined for other texts. */
function partsOfName(text: string): { type: string; value: string }[] | undefined {
  const parts: { type: string; value: string }[] = []
  for (const piece of splitEscaped(text, /[,;+]/)) {
    const equals = piece.indexOf('=')
    if (equals <= 0) return undefined
    parts.push({ type: piece.slice(0, equals).trim().toLowerCase(), value: unescaped(piece.slice(equals + 1).trim()) })
  }
  return parts
}

/** The value of a part, such as `CN`; undefined when the text is not a name or has no such part. */
export function partOfName(text: string, type: string): string | undefined {
  return partsOfName(text)?.find((part) => part.type === type.toLowerCase())?.value
}

/**
 * A form that is the same for all ways to write one distinguished name: case, and blanks beside separators, have no meaning.
 * Undefined for other texts.
 */
export function formOfName(text: string): string | undefined {
  if (!text.includes('=') || !isDistinguishedName(text)) return undefined
  const partOf = (piece: string) => {
    const equals = piece.indexOf('=')
    return `${piece.slice(0, equals).trim()}=${piece.slice(equals + 1).trim()}`
  }
  return splitEscaped(folded(text), /[,;]/)
    .map((piece) => splitEscaped(piece, /\+/).map(partOf).join('+'))
    .join(',')
}

/** Splits a text at separators without a backslash before them; the backslashes stay. */
export function splitEscaped(text: string, separator: RegExp): string[] {
  const pieces: string[] = []
  let piece = ''
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (character === '\\' && at + 1 < text.length) {
      piece += character + text[at + 1]
      at++
    } else if (separator.test(character)) {
      pieces.push(piece)
      piece = ''
    } else piece += character
  }
  pieces.push(piece)
  return pieces
}

function unescaped(text: string): string {
  const bytes: number[] = []
  let out = ''
  const flush = () => {
    if (bytes.length > 0) out += Buffer.from(bytes).toString('utf8')
    bytes.length = 0
  }
  for (let at = 0; at < text.length; at++) {
    const hex = /^\\([0-9a-f]{2})/i.exec(text.slice(at, at + 3))?.[1]
    if (hex !== undefined) {
      bytes.push(Number.parseInt(hex, 16))
      at += 2
      continue
    }
    flush()
    if (text[at] === '\\' && at + 1 < text.length) at++
    out += text[at]
  }
  flush()
  return out
}

/** Whether the text is a distinguished name: at least two parts, with known attribute types. */
export function isDistinguishedName(text: string): boolean {
  const parts = partsOfName(text)
  return (
    parts !== undefined &&
    parts.length >= 2 &&
    parts.every(({ type }) => /^(cn|ou|o|dc|uid|c|l|st|street|sn|\d+(\.\d+)+)$/.test(type))
  )
}
