import type { CallToolResult } from '@modelcontextprotocol/server'
import { shownValue } from './hidden-characters.ts'
import type { Refusal } from './refusal.ts'

/**
 * The answer of a tool. What is told stands in the members of a document, of which clients that know no structured content get
 * the JSON; no sentence is made of it.
 */
export function answerOf(document: Readonly<Record<string, unknown>>): CallToolResult {
  const structuredContent = shownValue(document)
  return { structuredContent, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] }
}

/** The answer of a tool that did nothing, in a form that an agent can act on. */
export function refusedAnswer(refusal: Refusal): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: JSON.stringify({ error: shownValue(refusal) }) }] }
}
