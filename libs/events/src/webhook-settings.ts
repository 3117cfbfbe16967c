import { invalidArgument } from '@assay/errors'
import { eventTypes, testKind } from './event-types.ts'

/** The settings that callers pass for a webhook. */
export interface WebhookSettings {
  readonly url: string
  readonly description: string
  readonly eventTypes: readonly string[]
}

const longestUrl = 2000
const longestDescription = 200
const mostTypes = 100

/**
 * Checks settings and returns them in stored form. Whether an address may be reached is checked at each request.
 * @throws invalid_argument with the name of the member
 */
export function checkedSettings(given: WebhookSettings): WebhookSettings {
  const description = given.description.trim()
  if ([...description].length > longestDescription || /\p{Cc}/u.test(description))
    throw invalidArgument(
      'description',
      `must have at most ${longestDescription} characters, none of them a control character`,
    )
  return { url: checkedUrl(given.url), description, eventTypes: checkedTypes(given.eventTypes) }
}

function checkedUrl(text: string): string {
  const url = text.length <= longestUrl && URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '' || url.href.length > longestUrl)
    throw invalidArgument(
      'url',
      `must be an address such as https://example.com/hooks/assay, of at most ${longestUrl} characters`,
    )
  if (url.username !== '' || url.password !== '')
    throw invalidArgument('url', 'must contain no user and no password; the signature proves the sender')
  if (url.hash !== '') throw invalidArgument('url', 'must have no fragment; clients do not send it to servers')
  return url.href
}

/** Returns kinds: callers may write `assay.suggestion.accept` or `suggestion.accept`. */
function checkedTypes(given: readonly string[]): string[] {
  if (given.length > mostTypes) throw invalidArgument('event_types', `must be at most ${mostTypes}`)
  const types = [...new Set(given.map((type) => type.replace(/^assay\./, '')))]
  // No type at all means all types, those of later versions too.
  if (types.includes('*')) return []
  const unknown = types.find((type) => !isKnown(type))
  if (unknown !== undefined)
    throw invalidArgument(
      'event_types',
      `${JSON.stringify(unknown.slice(0, 100))} is not a type of events; ListEventTypes returns all types, "suggestion.*" matches all with that beginning, and no type means all`,
    )
  return types
}

function isKnown(type: string): boolean {
  if (!type.endsWith('.*')) return type !== testKind && eventTypes.has(type)
  const beginning = type.slice(0, -1)
  return [...eventTypes.keys()].some((kind) => kind !== testKind && kind.startsWith(beginning))
}
