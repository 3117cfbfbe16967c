import { parseArgs } from 'node:util'
import { lostBackend } from './lost-backend.ts'
import { lostDatabase } from './lost-database.ts'
import { restore } from './restore.ts'
import { type Drill, withStage } from './stage.ts'

// npm run drill -- lost-database               PostgreSQL stops under load, and comes back
// npm run drill -- lost-database --minutes 8   it stays stopped for 8 minutes, so alerts are raised
// npm run drill -- lost-backend                processes behind the gateway are killed
// npm run drill -- restore                     a backup under load, restored on another server
//
// Each starts a separate platform, prints what an operator would see, and removes everything. It needs no network.
const drills: Readonly<Record<string, Drill>> = {
  'lost-database': lostDatabase,
  'lost-backend': lostBackend,
  restore,
}
const { values, positionals } = parseArgs({ allowPositionals: true, options: { minutes: { type: 'string' } } })
const [name = ''] = positionals
const drill = drills[name]
const minutes = Number(values.minutes ?? 1)
if (drill === undefined || positionals.length > 1 || !(minutes > 0)) {
  console.error(`Name one drill of ${Object.keys(drills).join(', ')}, and --minutes above 0`)
  process.exit(2)
}
process.exitCode = (await withStage(drill.deployment, (stage) => drill.play(stage, minutes))) ? 0 : 1
