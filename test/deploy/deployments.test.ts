import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileVariable, variables } from '@assay/server'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

// The files in deploy/ name entry points and variables of the platform. Without this test, an operator would find a removed one.

const root = join(import.meta.dirname, '../..')
const deploy = join(root, 'deploy')
const files = readdirSync(deploy, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.\w+$|Dockerfile$/.test(file),
)
const textOf = (file: string) => readFileSync(join(deploy, file), 'utf8')

test('every variable and every entry point that a deployment names exists', () => {
  const known = new Set(Object.keys(variables).flatMap((name) => [name, fileVariable(name)]))
  // Variables of Compose itself.
  for (const own of ['ASSAY_IMAGE', 'ASSAY_PUBLISHED_PORT']) known.add(own)
  const unknown = files.flatMap((file) =>
    (textOf(file).match(/\b(?:ASSAY_[A-Z_]+|DATABASE_URL\w*)\b/g) ?? [])
      .filter((name) => !known.has(name) && name !== 'ASSAY_')
      .map((name) => `${file}: ${name}`),
  )
  expect(unknown).toEqual([])
  const entries = files.flatMap((file) => textOf(file).match(/\bapps\/[\w/-]+\.ts\b/g) ?? [])
  expect(entries.length).toBeGreaterThan(10)
  expect([...new Set(entries)].filter((entry) => !existsSync(join(root, entry)))).toEqual([])
})

test('the Compose file gives each process the secrets that it mounts, and no more rights than it needs', () => {
  interface Service {
    readonly image: string
    readonly read_only?: boolean
    readonly cap_drop?: readonly string[]
    readonly secrets?: readonly string[]
    readonly environment?: Readonly<Record<string, string>>
  }
  interface Composition {
    readonly services: Readonly<Record<string, Service>>
    readonly secrets: Readonly<Record<string, unknown>>
  }
  const { services, secrets } = parse(textOf('compose/compose.yaml'), { merge: true }) as Composition
  for (const [name, service] of Object.entries(services)) {
    const mounted = service.secrets ?? []
    expect(
      mounted.filter((secret) => !(secret in secrets)),
      name,
    ).toEqual([])
    const named = Object.values(service.environment ?? {}).flatMap(
      (value) => /^\/run\/secrets\/(\w+)$/.exec(value)?.[1] ?? [],
    )
    expect([...named].sort(), name).toEqual([...mounted].sort())
    if (name !== 'postgres') expect(service, name).toMatchObject({ read_only: true, cap_drop: ['ALL'] })
  }
})

function has(tool: string, ...args: string[]): boolean {
  try {
    execFileSync(tool, args, { stdio: 'ignore' })
    return true
  } catch {
    console.warn(`What needs ${tool} is not tried: it is not installed`)
    return false
  }
}
const run = (tool: string, ...args: string[]) =>
  execFileSync(tool, args, { cwd: deploy, encoding: 'utf8', stdio: 'pipe' })

/** With an explicit version of Kubernetes, because a helm that was built by hand assumes an old one. */
const templateOf = (...options: string[]) => ['template', 'trial', 'helm/assay', '--kube-version', '1.31.0', ...options]

test.runIf(has('hadolint', '--version'))('the Dockerfile has no fault that hadolint finds', () => {
  expect(run('hadolint', 'image/Dockerfile')).toBe('')
})

test.runIf(has('helm', 'version'))('the chart is rendered from each set of values, and refuses wrong ones', () => {
  for (const values of ['all', 'small']) {
    run('helm', 'lint', '--strict', 'helm/assay', '-f', `helm/values/${values}.yaml`)
    const rendered = run('helm', ...templateOf('-f', `helm/values/${values}.yaml`))
    for (const process of ['gateway', 'mining', 'mining-worker', 'iai-sessions']) {
      expect(rendered).toContain(`name: trial-${process}\n`)
    }
    expect(rendered).toContain('runAsNonRoot: true')
    // Kubernetes would add ASSAY_GATEWAY_PORT and others, which nothing reads.
    expect(rendered.match(/enableServiceLinks: false/g)).toHaveLength(5)
  }
  expect(run('helm', ...templateOf('-f', 'helm/values/all.yaml'))).toContain('{ port: 8443 }')
  expect(run('helm', ...templateOf())).toContain('{ port: 80 }')
  expect(() => run('helm', ...templateOf('--set', 'gateway.replicas=many'))).toThrow('gateway')
})

test.runIf(has('helm', 'version'))(
  'a migration comes before everything else, but not before the PostgreSQL that the chart brings',
  () => {
    const job = (...options: string[]) =>
      run('helm', ...templateOf('--show-only', 'templates/migration.yaml', ...options))
    const ownServer = ['--set', 'postgresql.cloudNativePg.enabled=true']
    const hook = 'helm.sh/hook: pre-install,pre-upgrade'
    expect(job()).toContain(hook)
    expect(job(...ownServer)).not.toContain('helm.sh/hook')
    expect(job(...ownServer, '--is-upgrade')).toContain(hook)
  },
)

test.runIf(has('helm', 'version') && has('kubernetes-validate', '--help'))(
  'what the chart renders is what Kubernetes takes, member by member',
  () => {
    for (const values of ['all', 'small']) {
      const file = join(tmpdir(), `chart-${values}.yaml`)
      writeFileSync(file, run('helm', ...templateOf('-f', `helm/values/${values}.yaml`)))
      expect(run('kubernetes-validate', '-k', '1.31', '--strict', file)).not.toMatch(/^ERROR/m)
    }
  },
)
