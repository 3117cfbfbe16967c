import { Readable } from 'node:stream'
import { changesFile, entitlementsFile, type InTenant, identitiesFile } from './archive-files.ts'
import type { ExportPlan } from './export-plan.ts'
import { zipped } from './zip-stream.ts'

/**
 * The zip file of an export, written while it is read. The same role and the same access data give the same bytes. If a file
 * cannot be read to its end, the archive ends with an error. When the reader stops, the queries behind it end too.
 */
export function archiveOf(within: InTenant, plan: ExportPlan): Readable {
  const files = [
    { name: 'identities.csv', content: () => identitiesFile(within, plan) },
    { name: 'entitlements.csv', content: () => entitlementsFile(within, plan) },
    { name: 'changes.csv', content: () => changesFile(within, plan), windowBits: 11 },
  ]
  const archive = Readable.from(zipped(files, plan.modifiedAt), { objectMode: false })
  // It may fail before it is read. A reader then gets the error; without this listener the error would end the process.
  archive.on('error', () => {})
  return archive
}

/** The file name for browsers and for SailPoint's Python client, which needs double quotes. */
export function contentDisposition({ roleId }: ExportPlan | { readonly roleId: string }): string {
  return `attachment; filename="potential-role-${roleId.slice(0, 8)}.zip"`
}
