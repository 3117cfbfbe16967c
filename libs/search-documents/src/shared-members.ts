import type { DocumentForm } from './document-search.ts'

/** The kind of source that every application is: its data came as files. */
export const sourceType = 'DelimitedFile'
/** Where the tenant lives. */
const pod = 'assay'

/** A time as documents write it; null without one. */
export function timeText(time: Date | null | undefined): string | null {
  return time ? time.toISOString() : null
}

/** The members that every document ends with. */
export function commonMembers(type: string, synced: string | null, { organisation }: DocumentForm) {
  return { synced, _type: type, type, _version: 'v2', pod, org: organisation }
}

/** What is not empty; null for what is. */
export const orNull = (text: string) => (text === '' ? null : text)
