import type { DocumentForm } from './document-search.ts'

/** The kind of source of every application: its data came as files. */
export const sourceType = 'DelimitedFile'
/** The deployment that hosts the tenant. */
const pod = 'assay'

/** A time in the format of documents; null without a time. */
export function timeText(time: Date | null | undefined): string | null {
  return time ? time.toISOString() : null
}

/** The members at the end of every document. */
export function commonMembers(type: string, synced: string | null, { organisation }: DocumentForm) {
  return { synced, _type: type, type, _version: 'v2', pod, org: organisation }
}

/** The text, or null when it is empty. */
export const orNull = (text: string) => (text === '' ? null : text)
