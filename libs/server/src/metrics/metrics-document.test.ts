import { join } from 'node:path'
import { collectDefaultMetrics, type MetricObject, Registry } from 'prom-client'
import { expect, test } from 'vitest'
import '../index.ts'
import { jobOutcomes } from './jobs.ts'
import { refusalReasons } from './refusal-reasons.ts'
import { callSeconds, jobSeconds, registry } from './registry.ts'

interface Shown extends MetricObject {
  readonly labelNames?: readonly string[]
}

const common = new Registry()
collectDefaultMetrics({ register: common })
// Another test in the same worker may have served metrics before.
const ours = (registry.getMetricsAsArray() as Shown[]).filter(({ name }) => common.getSingleMetric(name) === undefined)

const sections = [
  {
    title: 'Calls',
    beginning: /^assay_(calls?|refused)_/,
    processes: 'gateway, mining, iai-sessions',
    words: `\`dialect\` is the API of a method: \`conductorone\`, \`sailpoint\`, \`assay\`, \`internal\` between these processes, and
\`platform\` for health, reflection, documents and token endpoints. The gateway and the process behind it both count the call of a client.
Requests of \`/healthz\` and \`/readyz\` are not counted.`,
  },
  { title: 'Connections to the database', beginning: /^assay_pool_/, processes: 'all; `pool` is `calls` or `jobs`' },
  {
    title: 'Work',
    beginning: /^assay_(queue|job)_/,
    processes: 'mining-worker and iai-sessions; the queue in mining too',
    words: `\`kind\` is the name of a queue. The numbers of the queue come from the database, over a separate connection, and are up
to 5 seconds old; when the database does not answer within a second, the scrape has no such numbers.`,
  },
  {
    title: 'Webhooks',
    beginning: /^assay_webhook/,
    processes: 'mining-worker',
    words: `The gauges come from the database and cover all tenants; every worker shows the same numbers, so take the maximum.`,
  },
  {
    title: 'Caches',
    beginning: /^assay_(snapshot|answer)_cache_/,
    processes: 'snapshots in mining and mining-worker; answers in gateway, mining, iai-sessions',
  },
  { title: 'Traces', beginning: /^assay_spans_/, processes: 'all' },
  { title: 'Tables', beginning: /^assay_table_/, processes: 'mining-worker; removed rows in iai-sessions too' },
]

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const code = (text: string) => `\`${text}\``

function rowsOf(metrics: readonly Shown[]): string[][] {
  return metrics
    .map(({ name, type, labelNames = [], help }) => [
      code(name),
      String(type),
      labelNames
        .filter((label) => label !== 'le' && label !== 'quantile')
        .map(code)
        .join(', '),
      help.replace(/\.$/, ''),
    ])
    .sort()
}

const words = (by: Readonly<Record<string, string>>, head: string) =>
  table(
    [head, 'meaning'],
    Object.entries(by).map(([name, meaning]) => [code(name), meaning]),
  )

const head = ['metric', 'type', 'labels', 'meaning']

const document = `# Metrics

Each process serves its metrics at \`GET /metrics\`, in the text format of Prometheus, on a separate port. This page is
generated from the code; a test fails when they differ (\`npx vitest run libs/server/src/metrics -u\` writes it again).

| variable | meaning |
| --- | --- |
| \`ASSAY_METRICS_PORT\` | the port; \`off\`, the default of a process that is started on its own, for none; 0 for a free port, which the log names |
| \`ASSAY_METRICS_HOST\` | the address to listen on; default 127.0.0.1. Anyone who can connect can read the metrics without a token |

\`npm start\` prints the addresses of the metrics of its processes: on free ports, or with \`ASSAY_METRICS_PORT=9464\` on 9464 (gateway), 9465
(mining), 9466 (mining-worker) and 9467 (iai-sessions).

\`\`\`yaml
scrape_configs:
  - job_name: assay
    static_configs:
      - targets: ['127.0.0.1:9464', '127.0.0.1:9465', '127.0.0.1:9466', '127.0.0.1:9467']
\`\`\`

Values of labels are names from Assay's own code: no tenant, no client, no text of a request. Requests for unknown methods count under
one method, \`other\`. A gateway that has answered every call with every code shows a few thousand series; a typical gateway shows some hundreds.

Histograms of calls have ${callSeconds.length} buckets with limits from 1 ms to 66 s, each twice the one before, so a quantile is known within a factor of two at
any latency. Histograms of jobs have ${jobSeconds.length} buckets from 0.1 s to 1.8 hours, by factors of four.

${sections
  .map(({ title, beginning, processes, words: more }) => {
    const rows = rowsOf(ours.filter(({ name }) => beginning.test(name)))
    return `## ${title}\n\nIn: ${processes}.${more === undefined ? '' : ` ${more}`}\n\n${table(head, rows)}`
  })
  .join('\n\n')}

### Reasons of refusals

${words(refusalReasons, 'reason')}

### Outcomes of attempts

${words(jobOutcomes, 'outcome')}

## Process, memory, event loop

In: all. These are the default metrics of prom-client.

${table(head, rowsOf(common.getMetricsAsArray() as Shown[]))}

## Alerts

These are three rules to begin with. All rules are in [deploy/prometheus](../deploy/prometheus/assay.rules.yaml), and [operating.md](operating.md#alerts) says what to do for each.
The numbers are for a deployment of usual size; adapt them to yours.

\`\`\`yaml
groups:
  - name: assay
    rules:
      - alert: AssayCallsFail
        # Codes that are not a fault of the client, in more than one call of a hundred.
        expr: |
          sum by (job) (rate(assay_calls_total{code=~"internal|unknown|unavailable|data_loss|deadline_exceeded"}[5m]))
            > 0.01 * sum by (job) (rate(assay_calls_total[5m]))
        for: 5m
        annotations:
          summary: More than 1 % of the calls fail; the log has the causes
      - alert: AssayWorkWaits
        # Each process shows the same queue.
        expr: max by (kind) (assay_queue_oldest_waiting_seconds) > 900
        for: 5m
        annotations:
          summary: 'A job of {{ $labels.kind }} waits for more than 15 minutes: start more workers'
      - alert: AssayPoolIsShort
        expr: |
          histogram_quantile(0.99, sum by (instance, pool, le) (rate(assay_pool_wait_seconds_bucket[5m]))) > 0.25
        for: 5m
        annotations:
          summary: 'Transactions of {{ $labels.instance }} wait for a connection: raise ASSAY_DATABASE_CONNECTIONS, or start another process'
\`\`\`
`

// On other systems, Node reports fewer metrics of the process.
test.skipIf(process.platform !== 'linux')('docs/metrics.md lists every metric, as the code has it', async () => {
  await expect(document).toMatchFileSnapshot(join(import.meta.dirname, '../../../../docs/metrics.md'))
})

test('every metric has its place in the document', () => {
  const placeless = ours.filter(({ name }) => !sections.some(({ beginning }) => beginning.test(name)))
  expect(placeless.map(({ name }) => name)).toEqual([])
})

test('names follow the conventions of Prometheus: a unit in the plural, and _total for counters', () => {
  for (const { name, type } of ours) {
    expect(name).toMatch(/^assay_[a-z_]+$/)
    expect(name.endsWith('_total'), name).toBe(String(type) === 'counter')
    if (String(type) === 'histogram') expect(name).toMatch(/_seconds$/)
  }
})
