import { createHash } from 'node:crypto'

/** A tag of a source's content, in the form of RFC 9110, section 8.8.3. */
export function contentEtag(kind: string, id: string, says: unknown): string {
  const content = JSON.stringify([kind, id, says])
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`
}
