import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

// The dashboard and the alerts query metrics by name: after a renaming, a panel would be empty and an alert would never fire.

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[]
}
interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[]
}
const alerts = (parse(read('deploy/prometheus/assay.rules.yaml')) as Rules).groups.flatMap(({ rules }) => rules)
const panels = (JSON.parse(read('deploy/grafana/assay.json')) as Dashboard).panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expr })),
)

test('every metric of an alert or a panel is one of docs/metrics.md', () => {
  const documented = new Set([...read('docs/metrics.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name))
  const asked = [...alerts, ...panels].flatMap(({ expr }) => expr.match(/\b(?:assay|nodejs|process)_\w+/g) ?? [])
  expect(asked.length).toBeGreaterThan(20)
  const unknown = asked.filter(
    (name) => !documented.has(name) && !documented.has(name.replace(/_(bucket|count|sum)$/, '')),
  )
  expect(unknown).toEqual([])
})

test('docs/operating.md says what to do for every alert', () => {
  const page = read('docs/operating.md')
  expect(alerts.map(({ alert }) => alert).filter((alert) => !page.includes(`| \`${alert}\` |`))).toEqual([])
})

const promtool = (...args: string[]) =>
  execFileSync('promtool', args, { cwd: join(root, 'deploy/prometheus'), encoding: 'utf8', stdio: 'pipe' })
const hasPromtool = (() => {
  try {
    promtool('--version')
    return true
  } catch {
    console.warn('The alerts are not tried: promtool of Prometheus is not installed')
    return false
  }
})()

test.runIf(hasPromtool)('the alerts are raised in the situations for which they are made, and in no other', () => {
  expect(promtool('check', 'rules', 'assay.rules.yaml')).toContain('SUCCESS')
  expect(promtool('test', 'rules', 'assay.rules.test.yaml')).toContain('SUCCESS')
})

test.runIf(hasPromtool)('Prometheus understands the query of each panel', () => {
  const rules = panels.map(({ expr }, place) => ({
    record: `panel:${place}`,
    expr: expr.replaceAll('$__rate_interval', '5m'),
  }))
  const file = join(tmpdir(), 'panels.rules.json')
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }))
  expect(promtool('check', 'rules', '--lint=none', file)).toContain(`${rules.length} rules found`)
})
