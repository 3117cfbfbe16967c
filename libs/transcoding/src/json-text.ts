import { isAscii, isUtf8 } from 'node:buffer'
import type { JsonValue } from '@bufbuild/protobuf'
import { deepestNesting, findJsonFault } from './json-fault.ts'
import { invalidRequest } from './violations.ts'

interface ParsedJson {
  readonly json: JsonValue
  /** Escapes can produce characters that a string must not contain. Without escapes, the strings need no check. */
  readonly hasEscapes: boolean
}

/**
 * Parses a body strictly: it must be UTF-8, have nothing after the value, no duplicate name in an object, and limited depth.
 * Undefined if there is only white space.
 *
 * @param root the path of the value in the request, empty for the request itself
 * @throws {ConnectError} INVALID_ARGUMENT with line and column, or with the path of the duplicate name
 */
export function parseJsonBody(bytes: Buffer, root: string): ParsedJson | undefined {
  if (!isUtf8(bytes)) throw invalidRequest([{ field: '', description: 'is not valid UTF-8' }])
  const hasMark = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const text = bytes.toString('utf8', hasMark ? 3 : 0)
  if (/^[ \t\r\n]*$/.test(text)) return undefined
  let json: JsonValue
  try {
    json = JSON.parse(text)
  } catch {
    throw invalidRequest([findJsonFault(text, root) ?? { field: '', description: 'is not valid JSON' }])
  }
  if (countMembers(json, 0) !== countNames(text)) {
    throw invalidRequest([findJsonFault(text, root) ?? { field: '', description: 'names a member twice' }])
  }
  return { json, hasEscapes: text.includes('\\u') }
}

/** The same without error messages: undefined if `parseJsonBody` would refuse the body, or if there is nothing to parse. */
export function tryParseJsonBody(bytes: Buffer): ParsedJson | undefined {
  const isPlainAscii = isAscii(bytes)
  if (!isPlainAscii && !isUtf8(bytes)) return undefined
  const text = isPlainAscii ? bytes.toString('latin1') : bytes.toString('utf8')
  try {
    const json: JsonValue = JSON.parse(text)
    return countMembers(json, 0) === countNames(text) ? { json, hasEscapes: text.includes('\\u') } : undefined
  } catch {
    return undefined
  }
}

/** The number of members of all objects. Negative if the nesting is too deep, so that it equals no count of names. */
function countMembers(json: JsonValue, depth: number): number {
  if (typeof json !== 'object' || json === null) return 0
  if (depth > deepestNesting) return Number.NEGATIVE_INFINITY
  let count = 0
  if (Array.isArray(json)) {
    for (const element of json) count += countMembers(element, depth + 1)
    return count
  }
  for (const value of Object.values(json)) count += 1 + countMembers(value, depth + 1)
  return count
}

/** The number of colons outside strings, in a text that is valid JSON: this is the number of written members. */
function countNames(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 58) {
      count++
    } else if (code === 34) {
      at++
      for (let next = text.charCodeAt(at); next !== 34; next = text.charCodeAt(++at)) {
        if (next === 92) at++
      }
    }
  }
  return count
}
