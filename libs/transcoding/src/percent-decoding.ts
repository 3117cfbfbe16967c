/**
 * Decodes percent escapes of a path as google.api.http requires. All functions throw URIError for a malformed escape and for
 * bytes that are not UTF-8.
 */

/** Decodes one segment: every escape, also %2F. */
export function decodeSegment(raw: string): string {
  return raw.includes('%') ? decodeURIComponent(raw) : raw
}

/** Decodes several segments: every escape except %2F. A decoded %2F would look like a slash between segments. */
export function decodeSegments(raw: string): string {
  if (!raw.includes('%')) return raw
  return raw
    .split(/(%2f)/i)
    .map((part, index) => (index % 2 === 1 ? part : decodeURIComponent(part)))
    .join('')
}
