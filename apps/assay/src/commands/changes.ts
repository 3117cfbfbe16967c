import {
  type CandidateChange,
  ChangeService,
  Fate,
  HealthMeasure,
  ListRoleHealthResponseSchema,
  type RoleHealth,
  type RunComparison,
  RunComparisonSchema,
} from '@assay/contracts/assay/change/v1/change_service_pb'
import { toJson } from '@bufbuild/protobuf'
import { timestampDate } from '@bufbuild/protobuf/wkt'
import { createClient } from '@connectrpc/connect'
import { Command, Option } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { minuteOf } from './minute.ts'

const client = async () => createClient(ChangeService, (await connectToPlatform(readSettings())).transport)

const fates: Readonly<Record<string, Fate>> = {
  new: Fate.NEW,
  gone: Fate.GONE,
  grown: Fate.GROWN,
  shrunk: Fate.SHRUNK,
  changed: Fate.CHANGED,
  renamed: Fate.RENAMED,
  same: Fate.SAME,
}

const wordOf = (fate: Fate) => Object.keys(fates).find((name) => fates[name] === fate) ?? ''

interface DiffOptions {
  readonly fate: readonly string[]
  readonly runs?: boolean
  readonly loads?: boolean
  readonly json?: boolean
}

/** `assay diff`: the candidates of two runs, with the reasons in the data; or the changes of each load. */
export function diffCommand(print: (line: string) => void): Command {
  return new Command('diff')
    .description('say which candidates are new, gone, grown, shrunk or renamed since the run before, and why')
    .argument('[run]', 'the later run', 'latest')
    .argument('[previous]', 'the earlier run; default: the one before', '')
    .addOption(new Option('--fate <names...>', 'only these').choices(Object.keys(fates)).default([]))
    .option('--runs', 'list the runs that can be compared')
    .option('--loads', 'say what each load changed')
    .option('--json', 'print each page as JSON, with the names of the API')
    .action(async (runId: string, previousRunId: string, options: DiffOptions) => {
      const api = await client()
      if (options.runs) {
        for (const run of (await api.listComparableRuns({})).runs) {
          const time = run.completeTime === undefined ? '' : timestampDate(run.completeTime).toISOString()
          print(`${run.runId}  ${time}  ${run.suggestionCount} suggestions, import ${run.importId}`)
        }
        return
      }
      if (options.loads) {
        for (const { importId, previousImportId, sentences } of (await api.listLoadChanges({})).loads) {
          print(`Import ${importId}, after ${previousImportId}: ${sentences.join(' ')}`)
        }
        return
      }
      const wanted = { previousRunId, fates: options.fate.flatMap((name) => fates[name] ?? []), pageSize: 100 }
      let id = runId
      for (let pageToken = ''; ; ) {
        const page = await api.compareRuns({ ...wanted, runId: id, pageToken })
        if (options.json) print(JSON.stringify(toJson(RunComparisonSchema, page, { alwaysEmitImplicit: true })))
        else {
          if (pageToken === '') for (const line of headOf(page)) print(line)
          for (const change of page.changes) for (const line of describeChange(change)) print(line)
        }
        if (page.nextPageToken === '') return
        // The further pages are those of the same runs, also when another run completes meanwhile.
        id = page.run?.runId ?? id
        wanted.previousRunId = page.previousRun?.runId ?? previousRunId
        pageToken = page.nextPageToken
      }
    })
}

function headOf({ run, previousRun, counts, settingDifferences }: RunComparison): string[] {
  const words = counts.filter(({ count }) => count > 0).map(({ fate, count }) => `${count} ${wordOf(fate)}`)
  const head = `Run ${run?.runId} (import ${run?.importId}) after run ${previousRun?.runId} (import ${previousRun?.importId}): ${words.join(', ') || 'no candidates'}.`
  return [head, ...(settingDifferences.length === 0 ? [] : [`Settings: ${settingDifferences.join('; ')}.`])]
}

function describeChange({ fate, before, after, reasons }: CandidateChange): string[] {
  const name = after?.displayName ?? before?.displayName ?? ''
  const size = (one: typeof before) => (one === undefined ? '' : `${one.people} people x ${one.entitlementCount}`)
  const figures = [size(before), size(after)].filter((text) => text !== '').join(' -> ')
  const former = fate === Fate.RENAMED && before !== undefined ? ` (was "${before.displayName}")` : ''
  return [`${wordOf(fate).padEnd(8)} ${name}${former}: ${figures}`, ...reasons.map((reason) => `           ${reason}`)]
}

/** The measures, by their names on the command line. */
const measures: Readonly<Record<string, HealthMeasure>> = {
  throughRoles: HealthMeasure.THROUGH_ROLES,
  roles: HealthMeasure.ROLES,
  overGrant: HealthMeasure.OVER_GRANT,
  underGrant: HealthMeasure.UNDER_GRANT,
  overlap: HealthMeasure.OVERLAP,
  descriptionLength: HealthMeasure.DESCRIPTION_LENGTH,
  unused: HealthMeasure.UNUSED,
  residual: HealthMeasure.RESIDUAL,
  orphanRows: HealthMeasure.ORPHAN_ROWS,
}
const measureName = (measure: HealthMeasure) => Object.keys(measures).find((name) => measures[name] === measure) ?? ''

/** `assay health`: how good the accepted profiles were at each load, and the goals. */
export function healthCommand(print: (line: string) => void): Command {
  return new Command('health')
    .description('say how good the accepted profiles are, load by load, and how far the goals are; --goal sets one')
    .option('--goal <measure=value...>', 'set a goal, such as throughRoles=0.8; MEASURE=none takes it away', [])
    .option('--json', 'print it as JSON, with the names of the API')
    .action(async ({ goal: changes, json }: { goal: readonly string[]; json?: boolean }) => {
      const api = await client()
      for (const change of changes) {
        const [measure = '', text = ''] = change.split('=')
        const goal = text === 'none' ? undefined : Number(text)
        const named = Object.hasOwn(measures, measure) ? measures[measure] : undefined
        if (named === undefined)
          throw new Error(`There is no measure "${measure}"; there are ${Object.keys(measures).join(', ')}`)
        if (text === '' || Number.isNaN(goal))
          throw new Error(`"${change}" is not a goal; give MEASURE=VALUE or MEASURE=none`)
        await api.setHealthGoal({ measure: named, ...(goal !== undefined && { goal }) })
      }
      const series = await api.listRoleHealth({ pageSize: 20 })
      if (json) {
        print(JSON.stringify(toJson(ListRoleHealthResponseSchema, series, { alwaysEmitImplicit: true }), undefined, 2))
        return
      }
      if (series.points.length === 0) print('Nothing was measured yet: a worker measures after each load.')
      else print('import    roles  through roles  over-grant  residual  unused  overlap  description')
      for (const point of series.points) print(pointLine(point))
      for (const line of measuredLines(series.points)) print(line)
      for (const { measure, goal, isReached } of series.goals)
        print(
          `Goal: ${measureName(measure)} ${goal}${isReached === undefined ? '' : isReached ? ', reached' : ', not reached'}`,
        )
    })
}

/** When the newest figures were measured: a profile that was accepted since then is not in them. */
export function measuredLines([newest]: readonly Pick<RoleHealth, 'measureTime'>[]): string[] {
  if (newest?.measureTime === undefined) return []
  return [
    `The newest figures are of ${minuteOf(newest.measureTime)} UTC, without profiles accepted later. A worker measures after each load, analysis and evaluation of rules.`,
  ]
}

function pointLine({
  importId,
  roles,
  throughRoles,
  overGrant,
  residual,
  unused,
  overlap,
  descriptionLength,
}: RoleHealth) {
  const percent = (share: number) => `${Math.round(100 * share)} %`
  return [
    importId.padEnd(8),
    String(roles).padStart(6),
    percent(throughRoles).padStart(14),
    percent(overGrant).padStart(11),
    percent(residual).padStart(9),
    percent(unused).padStart(7),
    overlap.toFixed(2).padStart(8),
    descriptionLength.toLocaleString('en').padStart(12),
  ].join(' ')
}
