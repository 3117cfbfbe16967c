import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { unusedPorts } from '@assay/server'
import { parse, stringify } from 'yaml'

const deployed = join(import.meta.dirname, '../../deploy/prometheus')

/** The program; undefined when this machine has none. */
export const prometheusProgram = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'prometheus'))
  .find(isExecutable)

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The result of a query for one set of labels: points of time, in seconds, and values. */
interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [time: number, value: number])[]
}

/** A Prometheus that scrapes processes and evaluates the rules of `deploy/`. */
export interface RunningPrometheus {
  /** The values of a query at each step of a stretch of time. @throws Error with the message of Prometheus about the query */
  queryRange(query: string, from: Date, to: Date, stepSeconds: number): Promise<readonly Series[]>
  /** The values of an instant query, by their labels. */
  query(expr: string): Promise<readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]>
  /** Alerts that are pending or firing now. */
  alerts(): Promise<readonly { readonly name: string; readonly state: string; readonly instance: string }[]>
  /** The names of alerts that fired within this number of minutes. */
  fired(minutes: number): Promise<readonly string[]>
  stop(): Promise<void>
}

interface PrometheusOptions {
  /** Its folder, which the stop removes. */
  readonly folder: string
  /** The addresses of the metrics, each with the label `process`. */
  readonly targets: readonly { readonly process: string; readonly metricsUrl: string }[]
  /** The interval of scrapes and evaluations; 15 s by default, as deployed. */
  readonly everySeconds?: number
}

export async function startPrometheus(options: PrometheusOptions): Promise<RunningPrometheus> {
  if (prometheusProgram === undefined) throw new Error('this machine has no prometheus')
  const { folder, targets, everySeconds = 15 } = options
  const [port] = await unusedPorts(1)
  await mkdir(folder, { recursive: true })
  const config = parse(await readFile(join(deployed, 'prometheus.yaml'), 'utf8')) as Record<string, unknown>
  const every = `${everySeconds}s`
  const file = join(folder, 'prometheus.yaml')
  const given = {
    ...config,
    global: { scrape_interval: every, evaluation_interval: every, scrape_timeout: every },
    rule_files: [join(deployed, 'assay.rules.yaml')],
    scrape_configs: [
      {
        job_name: 'assay',
        static_configs: targets.map(({ process, metricsUrl }) => ({
          targets: [new URL(metricsUrl).host],
          labels: { process },
        })),
      },
    ],
  }
  await writeFile(file, stringify(given))
  const flags = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, 'data')}`, '--log.level=error']
  const child = spawn(prometheusProgram, [...flags, `--web.listen-address=127.0.0.1:${port}`], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => (said += chunk))
  const base = `http://127.0.0.1:${port}`
  while (
    !(await fetch(`${base}/-/ready`)
      .then(({ ok }) => ok)
      .catch(() => false))
  ) {
    if (child.exitCode !== null) throw new Error(`prometheus ended: ${said}`)
    await sleep(100)
  }
  const query: RunningPrometheus['query'] = async (expr) => {
    const answer = await fetch(`${base}/api/v1/query?query=${encodeURIComponent(expr)}`)
    const { data, error } = (await answer.json()) as Answer
    if (data === undefined) throw new Error(`prometheus refuses ${expr}: ${error}`)
    return data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: Number(value) }))
  }
  return {
    query,
    async queryRange(expr, from, to, stepSeconds) {
      const parameters = { query: expr, start: from.toISOString(), end: to.toISOString(), step: String(stepSeconds) }
      const answer = await fetch(`${base}/api/v1/query_range?${new URLSearchParams(parameters)}`)
      const { data, error } = (await answer.json()) as {
        error?: string
        data?: { result: { metric: Series['metric']; values: [number, string][] }[] }
      }
      if (data === undefined) throw new Error(`prometheus refuses ${expr}: ${error}`)
      return data.result.map(({ metric, values }) => ({
        metric,
        values: values.map(([time, value]) => [time, Number(value)]),
      }))
    },
    async alerts() {
      const active = await query('ALERTS')
      return active.map(({ labels }) => ({
        name: labels.alertname ?? '',
        state: labels.alertstate ?? '',
        instance: labels.instance ?? labels.kind ?? labels.dialect ?? '',
      }))
    },
    async fired(minutes) {
      const ever = await query(`count_over_time(ALERTS{alertstate="firing"}[${Math.ceil(minutes)}m])`)
      return [...new Set(ever.map(({ labels }) => labels.alertname ?? ''))].sort()
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const last = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await ended
      clearTimeout(last)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Answer {
  readonly error?: string
  readonly data?: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>
      readonly value: readonly [number, string]
    }[]
  }
}
