import { importsOf, packageOf, read, sourcesOf, targetOf } from '../architecture/modules.ts'
import { unitTests } from '../unit-tests.ts'

/**
 * The tests of the file's package that import it, directly or through other files of the package, in two groups: those that
 * `npm run check` runs, which take seconds, and the others. A group is never empty.
 */
export function coveringTests(file: string): string[][] {
  const importers = importersIn(packageOf(file) ?? '')
  const reached = new Set([file])
  // The loop also visits files that are added while it runs.
  for (const each of reached) for (const importer of importers.get(each) ?? []) reached.add(importer)
  const tests = [...reached].filter((each) => each.endsWith('.test.ts')).sort()
  quick ??= new Set(unitTests())
  const isQuick = (test: string) => quick?.has(test) === true
  return [tests.filter(isQuick), tests.filter((test) => !isQuick(test))].filter((group) => group.length > 0)
}

let quick: ReadonlySet<string> | undefined
const known = new Map<string, ReadonlyMap<string, readonly string[]>>()

function importersIn(packagePath: string): ReadonlyMap<string, readonly string[]> {
  const before = known.get(packagePath)
  if (before !== undefined) return before
  const importers = new Map<string, string[]>()
  for (const importer of sourcesOf(packagePath)) {
    for (const { specifier } of importsOf(read(importer))) {
      const target = targetOf(specifier, importer)
      if (target !== undefined) importers.set(target, [...(importers.get(target) ?? []), importer])
    }
  }
  known.set(packagePath, importers)
  return importers
}
