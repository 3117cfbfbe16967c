import { createHash } from 'node:crypto'
import { invalidArgument } from './refusal.ts'
import { mostRows } from './shapes.ts'

/** The rows of one answer, and the cursor of the next ones. */
interface Page<T> {
  readonly rows: readonly T[]
  readonly nextCursor?: string
}

/**
 * A page of a list that was read as a whole.
 * @param version identifies the list; a cursor of another version is refused, so that no row is repeated or missed
 */
export function pageOf<T>(
  items: readonly T[],
  { cursor, limit }: { readonly cursor: string; readonly limit: number },
  version: string,
): Page<T> {
  const from = cursor === '' ? 0 : positionOf(cursor, version)
  const rows = items.slice(from, from + limit)
  const end = from + rows.length
  return { rows, ...(end < items.length && { nextCursor: cursorOf(end, version) }) }
}

function cursorOf(position: number, version: string): string {
  return Buffer.from(JSON.stringify([position, hashOf(version)])).toString('base64url')
}

/** Has a fixed length: a version may contain all conditions of a question, and a cursor has a limited length. */
function hashOf(version: string): string {
  return createHash('sha256').update(version).digest('base64url')
}

function positionOf(cursor: string, version: string): number {
  const [position, of] = parsed(cursor)
  if (!Number.isSafeInteger(position) || (position as number) < 0 || typeof of !== 'string')
    throw invalidArgument('cursor', 'is not a cursor of this tool; leave it out to begin with the first rows')
  if (of !== hashOf(version))
    throw invalidArgument('cursor', 'belongs to other data; leave it out to begin with the first rows')
  return position as number
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

/** The first rows of a list whose count is shown next to it. */
export function first<T>(items: readonly T[]): readonly T[] {
  return items.slice(0, mostRows)
}

/** `{ nextCursor }` if a call has more rows. */
export function cursorFrom(pageToken: string): { readonly nextCursor?: string } {
  return pageToken === '' ? {} : { nextCursor: pageToken }
}
