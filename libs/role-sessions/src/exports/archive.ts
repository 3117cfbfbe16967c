import { Readable } from 'node:stream'
import { changesFile, entitlementsFile, type InTenant, identitiesFile } from './archive-files.ts'
import type { ExportPlan } from './export-plan.ts'
import { zipped } from './zip-stream.ts'

/**
 * The zip file of an export, written as it is read. The same role and the same access data give the same bytes. A file that
 * cannot be read to its end breaks the archive off; once nobody reads on, the queries behind it end as well.
 */
export function archiveOf(within: InTenant, plan: ExportPlan): Readable {
  const files = [
    { name: 'identities.csv', content: () => identitiesFile(within, plan) },
    { name: 'entitlements.csv', content: () => entitlementsFile(within, plan) },
    { name: 'changes.csv', content: () => changesFile(within, plan), windowBits: 11 },
  ]
  const archive = Readable.from(zipped(files, plan.modifiedAt), { objectMode: false })
  // It may break off before anybody reads. Who reads then gets the error; without a listener it would end the process.
  archive.on('error', () => {})
  return archive
}

/** What browsers and SailPoint's Python client name the file: it looks for double quotes. */
export function contentDisposition({ roleId }: ExportPlan | { readonly roleId: string }): string {
  return `attachment; filename="potential-role-${roleId.slice(0, 8)}.zip"`
}
