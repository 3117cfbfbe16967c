import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { commitImport, createImport, uploadImportFile } from '@assay/directory'
import { openDatabase } from '@assay/store'

// One half of an import in a process of its own, as the service that takes files and the worker that commits them are;
// so the memory it reports is that of this half:
//   node import-process.ts upload URL TENANT FOLDER
//   node import-process.ts commit URL TENANT IMPORT
const [half, url = '', tenant, subject] = process.argv.slice(2)
const tenantId = Number(tenant)
const database = openDatabase({ url, applicationName: 'assay-bench-import', maxConnections: 3 })
// The first query opens a connection, which is not a part of an import.
await database.sql`select 1`
const start = performance.now()
const { id, steps } = half === 'upload' ? await upload(subject!) : await commit(subject!)
const ms = performance.now() - start
await database.close()
const { user, system } = process.cpuUsage()
console.log(
  JSON.stringify({ id, ms, steps, cpuMs: (user + system) / 1000, maxRssMb: process.resourceUsage().maxRSS / 1024 }),
)

async function upload(folder: string) {
  const { id } = await createImport(database.sql, tenantId, { createdBy: 'bench', skipInvalid: false })
  for (const name of await readdir(folder)) {
    const bytes = createReadStream(join(folder, name), { highWaterMark: 256 * 1024 })
    await uploadImportFile(database.sql, tenantId, id, name, bytes)
  }
  return { id, steps: {} }
}

async function commit(id: string) {
  /** The time at which each step began. */
  const steps: Record<string, number> = {}
  await commitImport(database.sql, tenantId, id, {
    onProgress: ({ step }) => {
      steps[step] ??= Math.round(performance.now() - start)
    },
  })
  return { id, steps }
}
