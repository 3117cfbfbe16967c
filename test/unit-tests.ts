import { importsOf, isForTests, packages, read, sourcesOf, targetOf } from './architecture/modules.ts'

/** Modules, and exports of modules, by which a test starts a process: a server, a browser, a platform, a program. */
const starters = /^node:child_process$|^@assay\/store\/testing|^playwright-core$/
const startingExports = new Set(['startEmbeddedPostgres', 'startPlatform'])

/** They start nothing and take long all the same: properties over many cases. A whole run has them. */
const thorough = new Set<string>([])

/** The test files, by their paths from the root, that start no process and take seconds. */
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
