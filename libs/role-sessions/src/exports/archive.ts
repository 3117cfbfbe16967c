import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { changesFile, entitlementsFile, type InTenant, identitiesFile } from './archive-files.ts'
import type { ExportPlan } from './export-plan.ts'

/** Hardly larger than at 6, and written in a third of the time. */
const compressionLevel = 3

/**
 * The zip file of an export, written as it is read: nothing of it is kept, whatever its size. The same role and the same
 * access data give the same bytes.
 */
export function archiveOf(within: InTenant, plan: ExportPlan): Readable {
  const archive = new ZipFile()
  const output = archive.outputStream as Readable
  // It may break off before anybody reads. Who reads then gets the error; without a listener it would end the process.
  output.on('error', () => {})
  const add = (name: string, content: () => AsyncGenerator<string>) => {
    archive.addReadStreamLazy(name, { mtime: plan.modifiedAt, compressionLevel }, (hand) => {
      const file = Readable.from(content())
      // A file that cannot be read to its end breaks the archive off; it must not look whole.
      file.once('error', (error) => output.destroy(error))
      // Nobody reads on: neither shall the query behind it.
      output.once('close', () => file.destroy())
      hand(null, file)
    })
  }
  add('identities.csv', () => identitiesFile(within, plan))
  add('entitlements.csv', () => entitlementsFile(within, plan))
  add('changes.csv', () => changesFile(within, plan))
  archive.end()
  return output
}

/** What browsers and SailPoint's Python client name the file: it looks for double quotes. */
export function contentDisposition({ roleId }: ExportPlan | { readonly roleId: string }): string {
  return `attachment; filename="potential-role-${roleId.slice(0, 8)}.zip"`
}
