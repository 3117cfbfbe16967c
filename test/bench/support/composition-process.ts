import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { attemptOnce } from '@assay/jobs/testing'
import {
  applyChangeSet,
  beginLoad,
  compositionWork,
  createLoad,
  createSource,
  getLoad,
  getSource,
  loadWork,
  putSourceMap,
  uploadLoadFile,
} from '@assay/source-loads'
import { inTenant, openDatabase } from '@assay/store'
import { applicationMap, changeSetOf } from './source-files.ts'

// What a worker does with loads, in a process of its own, so that the memory is that of the worker:
//   node composition-process.ts URL TENANT load FOLDER...     loads each folder as the source of its name
//   node composition-process.ts URL TENANT push FOLDER N      sends N changes to the source of that name
const [url = '', tenant, what, ...given] = process.argv.slice(2)
const tenantId = Number(tenant)
const database = openDatabase({ url, applicationName: 'assay-bench-composition', maxConnections: 3 })
const { sql } = database
await sql`select 1`
const temporaryDirectory = await mkdtemp(join(tmpdir(), 'assay-bench-'))
const reasons: string[] = []
let inForceMs = Number.NaN
const reading = loadWork({ sql, temporaryDirectory })
const composing = compositionWork({
  sql,
  temporaryDirectory,
  participants: [],
  analyse: async () => {},
  onComposed: () => {
    inForceMs = performance.now() - start
  },
  onWhole: (_, reason) => reasons.push(reason),
})
const within = <T>(work: Parameters<typeof inTenant<T>>[2]) => inTenant(sql, tenantId, work)

const start = performance.now()
const loads: string[] = []
if (what === 'push') loads.push(await push(given[0] ?? '', Number(given[1])))
else for (const folder of given) loads.push(await open(folder))
const uploadedMs = performance.now() - start
for (const loadId of loads) await attemptOnce(reading, { tenantId, loadId })
const readMs = performance.now() - start
const before = process.cpuUsage()
await attemptOnce(composing, { tenantId })
const { user, system } = process.cpuUsage(before)
const doneMs = performance.now() - start
for (const loadId of loads) {
  const { state, errorMessage } = await getLoad(sql, tenantId, loadId)
  if (state !== 'committed') throw new Error(`load ${loadId} is ${state}: ${errorMessage}`)
}
await database.close()
await rm(temporaryDirectory, { recursive: true, force: true })
const maxRssMb = process.resourceUsage().maxRSS / 1024
console.log(
  JSON.stringify({
    id: '',
    ms: inForceMs,
    readMs,
    composedMs: inForceMs - readMs,
    // Records of loads that are no longer in force are removed afterwards.
    removedMs: doneMs - inForceMs,
    composedCpuMs: (user + system) / 1000,
    cpuMs: process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000,
    uploadedMs,
    maxRssMb,
    reasons,
  }),
)

async function open(folder: string): Promise<string> {
  const source = basename(folder).replace(/-.*/, '')
  const load = await within(async (scoped) => {
    const known = await scoped`select from sources where name = ${source}`
    if (known.count === 0) {
      await createSource(scoped, tenantId, source, { readyMap: source === 'hr' ? 'native' : '' }, 'bench')
      if (source !== 'hr') await putSourceMap(scoped, tenantId, source, applicationMap, 'bench')
    }
    return createLoad(scoped, tenantId, source, { createdBy: 'bench', skipInvalid: false, reading: {} })
  })
  for (const name of await readdir(folder)) {
    const bytes = createReadStream(join(folder, name), { highWaterMark: 256 * 1024 })
    await uploadLoadFile(sql, tenantId, load.id, name, bytes)
  }
  await within((scoped) => beginLoad(scoped, tenantId, load.id, {}))
  return load.id
}

async function push(folder: string, changes: number): Promise<string> {
  const source = basename(folder)
  const all = await changeSetOf(folder, changes)
  const { loadId } = await within(async (scoped) => {
    const { newestLoad } = await getSource(scoped, source)
    const baseLoadId = newestLoad?.id ?? ''
    return applyChangeSet(scoped, tenantId, source, {
      requestId: `bench ${baseLoadId}`,
      baseLoadId,
      changes: all,
      createdBy: 'bench',
      waitMs: 0,
    })
  })
  return loadId
}
