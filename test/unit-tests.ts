import { importsOf, isForTests, packages, read, sourcesOf, targetOf } from './architecture/modules.ts'

/** Modules, and exports of modules, by which a test starts a process: a server, a browser, a platform, a program. */
const starters = /^node:child_process$|^@assay\/store\/testing|^playwright-core$/
const startingExports = new Set(['startEmbeddedPostgres', 'startPlatform'])

/** Tests that start nothing but take more than two seconds: many cases, or waiting for peers. Only a whole run includes them. */
const thorough = new Set([
  'apps/assay/src/commands/config-command.test.ts',
  'apps/iai-sessions/src/archives/s3-archives.test.ts',
  'apps/mining/src/documented-defaults.test.ts',
  'libs/mcp/src/tool-server.test.ts',
  'libs/mining/src/access/close-memberships.test.ts',
  'libs/mining/src/concepts/mine-roles.test.ts',
  'libs/mining/src/concepts/spare-threads.test.ts',
  'libs/mining/src/insight/describe-holders.test.ts',
  'libs/mining/src/insight/rank-attributes.test.ts',
  'libs/mining/src/insight/why/explain-cohort.test.ts',
  'libs/mining/src/lowered-threads.test.ts',
  'libs/mining/src/mine-cohorts.test.ts',
  'libs/mining/src/nearest-settings.test.ts',
  'libs/mining/src/readiness/measure-readiness.test.ts',
  'libs/mining/src/recommendation/recommendation-threads.test.ts',
  'libs/patterns/src/pattern.test.ts',
  'libs/profiles/src/evaluate-batch.test.ts',
  'libs/profiles/src/membership-rule.test.ts',
  'libs/role-model/src/dominance/drop-implied-grants.test.ts',
  'libs/role-model/src/front/role-front.test.ts',
  'libs/role-model/src/mine-role-model.test.ts',
  'libs/role-model/src/planted-sets.test.ts',
  'libs/role-model/src/published-sets.test.ts',
  'libs/rpc/src/forward-service.test.ts',
  'libs/sample-org/src/generate-organisation.test.ts',
  'libs/scim-pull/src/server-of-others.test.ts',
  'libs/server/src/load-limits.test.ts',
  'libs/server/src/slow-peers.test.ts',
  'libs/server/src/start-server.test.ts',
  'libs/server/src/tls-port.test.ts',
  'libs/sources/src/databases.test.ts',
  'libs/sources/src/exports-of-applications.test.ts',
  'libs/sources/src/exports-of-databases.test.ts',
  'libs/sources/src/exports-of-directories.test.ts',
  'libs/sources/src/fuzz.test.ts',
  'libs/sources/src/read/cell-memo.test.ts',
  'libs/sources/src/read/table-scanner.test.ts',
  'libs/sources/src/ready-maps.test.ts',
  'libs/sources/src/recognition.test.ts',
  'libs/sources/src/repeated-rows.test.ts',
  'libs/sources/src/tables-of-reports.test.ts',
  'libs/transcoding/src/absent-members.test.ts',
  'libs/transcoding/src/conformance/conformance.test.ts',
  'libs/transcoding/src/conformance/cross.test.ts',
  'libs/transcoding/src/conformance/round-trip.test.ts',
  'libs/transcoding/src/openapi/openapi.test.ts',
  'libs/transcoding/src/plain-json.test.ts',
  'libs/transcoding/src/serving.test.ts',
  'libs/transcoding/src/wire/wire-writer.test.ts',
  'libs/transcoding/src/wire/written-messages.test.ts',
  'test/quality/cohort-recovery.test.ts',
  'test/quality/concept-recovery.test.ts',
  'test/quality/unseen-organisations.test.ts',
])

/** The test files that start no process and take only seconds, by their paths from the root. */
export function unitTests(): string[] {
  return packages
    .flatMap(sourcesOf)
    .filter((file) => file.endsWith('.test.ts') && !thorough.has(file) && !startsProcesses(file, new Set()))
    .sort()
}

/** Whether the file, or a module for tests that it imports, starts one. */
function startsProcesses(file: string, known: Set<string>): boolean {
  if (known.has(file)) return false
  known.add(file)
  return importsOf(read(file)).some(({ specifier, names }) => {
    if (starters.test(specifier) || names?.some((name) => startingExports.has(name))) return true
    const target = targetOf(specifier, file)
    return target !== undefined && /\.tsx?$/.test(target) && isForTests(target) && startsProcesses(target, known)
  })
}
