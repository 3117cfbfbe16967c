import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { prepareQueues } from '@assay/jobs'
import { sourceQueues } from '@assay/source-loads'
import { createTenant, openOwnerDatabase } from '@assay/store'
import { servingFlags } from '../../../apps/assay/src/serving-flags.ts'
import type { Measure } from './bench.ts'
import { writeChangedGrants, writeSourceFiles } from './source-files.ts'

interface FiveSources {
  readonly url: string
  readonly serviceUrl: string
  /** Where the files of the sources are written. */
  readonly folder: string
  /** The files of an import. */
  readonly files: string
  readonly changedGrants: number
  readonly nativeSeconds: number
  readonly say: (text: string) => void
}

interface Outcome {
  /** The time from the first byte until the rows are stored. */
  readonly readMs: number
  /** The time until everything is uploaded, or taken over. */
  readonly uploadedMs: number
  /** The time from then until the data are in force. */
  readonly composedMs: number
  /** The time from then until the replaced records are removed. */
  readonly removedMs: number
  /** The processor time of this process. */
  readonly composedCpuMs: number
  /** The time from the first byte until the data are in force. */
  readonly ms: number
  readonly maxRssMb: number
  readonly reasons: readonly string[]
}

/** People of one source, with accounts and grants from four others: the first loads, then one more load and a change set. */
export async function measureFiveSources(given: FiveSources): Promise<Measure[]> {
  const { url, serviceUrl, folder, files, changedGrants, nativeSeconds, say } = given
  const to = join(folder, 'sources')
  await writeSourceFiles(files, to, 4)
  await prepareQueues(url, sourceQueues)
  const owner = openOwnerDatabase({ url, applicationName: 'assay-bench', maxConnections: 1 })
  const { tenantId } = await createTenant(owner.sql, 'bench five sources').finally(() => owner.close())
  const run = async (name: string, ...what: string[]): Promise<Outcome> => {
    const script = join(import.meta.dirname, 'composition-process.ts')
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...process.execArgv,
      ...(servingFlags['mining-worker'] ?? []),
      script,
      serviceUrl,
      String(tenantId),
      ...what,
    ])
    const outcome = JSON.parse(stdout) as Outcome
    const { readMs, composedMs, removedMs, composedCpuMs, maxRssMb, reasons } = outcome
    const whole = reasons.length > 0 ? `; whole, since ${reasons.join('; ')}` : ''
    say(
      `${name}: read in ${seconds(readMs)}, in force ${seconds(composedMs)} after that (${seconds(composedCpuMs)} of the processor here), cleared away in ${seconds(removedMs)}, ${maxRssMb.toFixed(0)} MB${whole}`,
    )
    return outcome
  }
  const parts = ['hr', 'app0', 'app1', 'app2', 'app3'].map((name) => join(to, name))
  const all = await run('five sources', 'load', ...parts)
  const changed = join(to, 'app0-changed')
  await writeChangedGrants(join(to, 'app0'), changed, changedGrants)
  const load = await run(`load of ${changedGrants} changed grants`, 'load', changed)
  const set = await run('change set of 1,000', 'push', join(to, 'app1'), '1000')
  return [
    { measure: 'five sources, from nothing', value: all.ms / 1000, unit: 's' },
    {
      measure: 'five sources, from nothing, times native',
      value: all.ms / 1000 / nativeSeconds,
      unit: 'x',
      goal: { atMost: 1.3 },
    },
    { measure: 'memory of five sources, from nothing', value: all.maxRssMb, unit: 'MB', goal: { atMost: 500 } },
    {
      measure: `load of ${changedGrants.toLocaleString('en')} changed grants, in force after its rows are in`,
      value: load.composedMs / 1000,
      unit: 's',
      goal: { atMost: 3 },
    },
    {
      measure: 'change set of 1,000, in force after it was taken in',
      value: (set.ms - set.uploadedMs) / 1000,
      unit: 's',
      goal: { atMost: 5 },
    },
    { measure: 'memory of such a load', value: load.maxRssMb, unit: 'MB', goal: { atMost: 500 } },
  ]
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
