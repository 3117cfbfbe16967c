import { createReadStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createImport, uploadImportFile } from '@assay/directory'
import { Composition, Faults, loadMap, nativeFiles, placed, recogniseFiles } from '@assay/sources'
import { openDatabase } from '@assay/store'

// Reads one file by a map and uploads what it gives, in a process of its own, so that the memory is that of reading:
//   node sources-process.ts URL TENANT FILE MAP
const [url = '', tenant, file = '', mapFile = ''] = process.argv.slice(2)
const database = openDatabase({ url, applicationName: 'assay-bench-sources', maxConnections: 3 })
await database.sql`select 1`
const temporaryFolder = await mkdtemp(join(tmpdir(), 'assay-bench-'))
const start = performance.now()
const map = loadMap('wide.yaml', await readFile(mapFile, 'utf8'), true)
const open = () => createReadStream(file, { highWaterMark: 256 * 1024 })
const { sources } = await recogniseFiles([{ name: basename(file), path: file, open }], [map], { temporaryFolder })
const composition = new Composition(sources, { faults: new Faults() })
await composition.read()
const readMs = performance.now() - start
const { id } = await createImport(database.sql, Number(tenant), { createdBy: 'bench', skipInvalid: false })
for (const { name, content } of nativeFiles(composition)) {
  await uploadImportFile(database.sql, Number(tenant), id, name, asyncOf(content))
}
const ms = performance.now() - start
await database.close()
await rm(temporaryFolder, { recursive: true, force: true })
const [fault] = composition.faults.first
if (fault !== undefined) throw new Error(placed(fault))
const maxRssMb = process.resourceUsage().maxRSS / 1024
const { user, system } = process.cpuUsage()
console.log(
  JSON.stringify({ id, ms, readMs, cpuMs: (user + system) / 1000, rows: composition.holdings.rows, maxRssMb }),
)

async function* asyncOf(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  yield* content
}
