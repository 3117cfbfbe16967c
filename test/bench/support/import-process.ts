import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { commitImport, createImport, uploadImportFile } from '@assay/directory'
import { openDatabase } from '@assay/store'

// A process of its own, so that the memory it reports is that of an import: node import-process.ts URL TENANT FOLDER
const [url, tenant, folder] = process.argv.slice(2)
const tenantId = Number(tenant)
const database = openDatabase({ url, applicationName: 'assay-bench-import', maxConnections: 3 })
const { sql } = database
const { id } = await createImport(sql, tenantId, { createdBy: 'bench', skipInvalid: false })

const uploadStart = performance.now()
for (const name of await readdir(folder)) {
  const bytes = createReadStream(join(folder, name), { highWaterMark: 256 * 1024 })
  await uploadImportFile(sql, tenantId, id, name, bytes)
}
const commitStart = performance.now()
const steps: Record<string, number> = {}
const done = await commitImport(sql, tenantId, id, {
  onProgress: ({ step }) => {
    steps[step] ??= Math.round(performance.now() - commitStart)
  },
})
const end = performance.now()
await database.close()
console.log(
  JSON.stringify({
    state: done.state,
    grants: done.counts?.grants,
    uploadMs: commitStart - uploadStart,
    commitMs: end - commitStart,
    cpuSeconds: process.cpuUsage().user / 1e6,
    maxRssMb: process.resourceUsage().maxRSS / 1024,
    steps,
  }),
)
