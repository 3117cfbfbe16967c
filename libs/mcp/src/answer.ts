import type { CallToolResult } from '@modelcontextprotocol/server'
import { shownValue } from './hidden-characters.ts'
import type { Refusal } from './refusal.ts'
import type { Work } from './tool.ts'

/**
 * The answer of a tool. All content is in the members of a document; clients without structured content get it as JSON. No
 * content is put into sentences.
 */
export function answerOf(document: Readonly<Record<string, unknown>>): CallToolResult {
  const structuredContent = rounded(shownValue(document))
  return { structuredContent, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] }
}

/** Four digits are enough for shares, and a model has to read every further digit. */
function rounded<T>(value: T): T {
  if (typeof value === 'number') return (Math.round(value * 10_000) / 10_000) as T
  if (Array.isArray(value)) return value.map(rounded) as T
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, rounded(item)])) as T
}

/** The answer of a tool that refused, in a form that an agent can use. */
export function refusedAnswer(refusal: Refusal): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: JSON.stringify({ error: shownValue(refusal) }) }] }
}

/** The answer of a tool whose work has ended. */
export function endedAnswer(end: NonNullable<Work['end']>): CallToolResult {
  if ('result' in end) return answerOf(end.result)
  return refusedAnswer('refusal' in end ? end.refusal : { code: 'cancelled', message: end.cancelled })
}
