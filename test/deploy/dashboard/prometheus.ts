import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { unusedPorts } from '@assay/server'
import { parse, stringify } from 'yaml'

/** What a query gives for one set of labels: points of time, in seconds, and values. */
interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [time: number, value: number])[]
}

export interface RunningPrometheus {
  /** @throws Error with what Prometheus says against the query */
  queryRange(query: string, from: Date, to: Date, stepSeconds: number): Promise<readonly Series[]>
  /** Names of the alerts that are pending or firing. */
  alerts(): Promise<readonly string[]>
  stop(): Promise<void>
}

export function prometheusVersion(): string | undefined {
  try {
    return /version (\S+)/.exec(execFileSync('prometheus', ['--version'], { encoding: 'utf8', stdio: 'pipe' }))?.[1]
  } catch {
    return undefined
  }
}

const folderOfRules = join(import.meta.dirname, '../../../deploy/prometheus')

interface Configuration {
  global: { scrape_interval: string; evaluation_interval?: string }
  rule_files: string[]
  scrape_configs: { static_configs: { targets: string[]; labels: { process: string } }[] }[]
}

/**
 * Starts Prometheus with the file of `deploy/prometheus`, which asks these processes instead of those it names, and every second.
 * @param metrics where each process shows its metrics
 */
export async function startPrometheus(
  metrics: readonly { readonly process: string; readonly metricsUrl: string }[],
): Promise<RunningPrometheus> {
  const configuration = parse(await readFile(join(folderOfRules, 'prometheus.yaml'), 'utf8')) as Configuration
  configuration.global = { scrape_interval: '1s', evaluation_interval: '1s' }
  configuration.rule_files = configuration.rule_files.map((file) => join(folderOfRules, file))
  for (const target of configuration.scrape_configs.flatMap(({ static_configs }) => static_configs)) {
    const shown = metrics.find(({ process }) => process === target.labels.process)
    if (shown === undefined) throw new Error(`No process ${target.labels.process} shows its metrics`)
    target.targets = [new URL(shown.metricsUrl).host]
  }
  const folder = await mkdtemp(join(tmpdir(), 'assay-prometheus-'))
  const file = join(folder, 'prometheus.yaml')
  await writeFile(file, stringify(configuration))
  const [port = 0] = await unusedPorts(1)
  const child = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  )
  const base = `http://127.0.0.1:${port}`
  for (let isReady = false; !isReady; await sleep(50)) {
    if (child.exitCode !== null) throw new Error('Prometheus did not start')
    isReady = await fetch(`${base}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  }
  return {
    async queryRange(query, from, to, stepSeconds) {
      const parameters = { query, start: from.toISOString(), end: to.toISOString(), step: String(stepSeconds) }
      const { result } = await ask<{ result: { metric: Series['metric']; values: [number, string][] }[] }>(
        `${base}/api/v1/query_range?${new URLSearchParams(parameters)}`,
      )
      return result.map(({ metric, values }) => ({
        metric,
        values: values.map(([time, value]) => [time, Number(value)]),
      }))
    },
    async alerts() {
      const { alerts } = await ask<{ alerts: { labels: { alertname: string } }[] }>(`${base}/api/v1/alerts`)
      return alerts.map(({ labels }) => labels.alertname)
    },
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function ask<T>(url: string): Promise<T> {
  const { data, error } = (await (await fetch(url)).json()) as { data?: T; error?: string }
  if (data === undefined) throw new Error(error)
  return data
}
