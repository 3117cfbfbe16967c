/**
 * Percent escapes of a path, as google.api.http wants them read.
 * All functions throw URIError for a malformed escape and for bytes that are not UTF-8.
 */

/** What one segment means: every escape is decoded, %2F too. */
export function decodeSegment(raw: string): string {
  return raw.includes('%') ? decodeURIComponent(raw) : raw
}

/**
 * What several segments mean: every escape is decoded but that of the slash, which stays as written; decoded, it could
 * not be told from the slashes between the segments.
 */
export function decodeSegments(raw: string): string {
  if (!raw.includes('%')) return raw
  return raw
    .split(/(%2f)/i)
    .map((part, index) => (index % 2 === 1 ? part : decodeURIComponent(part)))
    .join('')
}
