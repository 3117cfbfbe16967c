import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node'
import type { Compatibility, Evidence } from './held.ts'

/** A page under docs, and the folder under test whose tests it speaks of. */
interface Page {
  readonly folder: string
  readonly page: string
  readonly compatibility: (evidence: readonly Evidence[], before: string) => Compatibility
}

const root = join(import.meta.dirname, '../..')

/** Loaded only when needed, because they load the whole contract. */
const pages = [
  async (): Promise<Page> => ({ folder: 'c1', page: 'compatibility.md', ...(await import('../c1/compatibility.ts')) }),
  async (): Promise<Page> => ({
    folder: 'sailpoint',
    page: 'compatibility-sailpoint.md',
    ...(await import('../sailpoint/compatibility.ts')),
  }),
]

/**
 * Compares the pages of compatibility with what the tests of their folders saw, when all of a folder ran and passed: a
 * difference, or something that nothing holds, fails the run. `-u` writes the pages.
 */
export default class CompatibilityReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    for (const load of pages) {
      const page = await load()
      const evidence = evidenceOf(page.folder, modules)
      if (evidence !== undefined) await this.#compare(page, evidence)
    }
  }

  async #compare({ folder, page, compatibility }: Page, evidence: readonly Evidence[]): Promise<void> {
    const path = join(root, 'docs', page)
    const before = await readFile(path, 'utf8').catch(() => '')
    const now = compatibility(evidence, before)
    const faults = [...now.faults]
    if (this.#vitest?.config.snapshotOptions.updateSnapshot === 'all') await writeFile(path, now.page)
    else if (now.page !== before) faults.push(`docs/${page} is out of date: npx vitest run test/${folder} -u`)
    if (faults.length === 0) return
    console.error(`\ndocs/${page}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    process.exitCode = 1
  }
}

/** Undefined where not all tests of the folder ran and passed: of a part nothing follows, and a failure speaks for itself. */
function evidenceOf(folder: string, modules: readonly TestModule[]): Evidence[] | undefined {
  const path = join(root, 'test', folder)
  const ours = modules
    .filter(({ moduleId }) => moduleId.startsWith(`${path}/`))
    .sort((a, b) => (a.moduleId < b.moduleId ? -1 : 1))
  const all = readdirSync(path).filter((name) => name.endsWith('.test.ts'))
  const tests = ours.flatMap((module) => [...module.children.allTests()])
  if (ours.length < all.length || tests.some((test) => test.result().state !== 'passed')) return undefined
  return tests.map((test) => ({ file: fileOf(test), name: test.name, seen: test.meta().contract ?? [] }))
}

function fileOf({ module }: TestCase): string {
  return basename(module.moduleId, '.test.ts')
}
