import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node'

const folder = import.meta.dirname
const page = join(folder, '../../docs/compatibility.md')

/**
 * Compares docs/compatibility.md with what the tests of this folder saw, when all of them ran and passed: a difference, or
 * something that nothing holds, fails the run. `-u` writes the page.
 */
export default class CompatibilityReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const ours = modules
      .filter(({ moduleId }) => moduleId.startsWith(`${folder}/`))
      .sort((a, b) => (a.moduleId < b.moduleId ? -1 : 1))
    const all = readdirSync(folder).filter((name) => name.endsWith('.test.ts'))
    const tests = ours.flatMap((module) => [...module.children.allTests()])
    // Of a part of the tests nothing follows; a failure speaks for itself.
    if (ours.length < all.length || tests.some((test) => test.result().state !== 'passed')) return

    const { compatibility } = await import('./compatibility.ts')
    const before = await readFile(page, 'utf8').catch(() => '')
    const evidence = tests.map((test) => ({ file: fileOf(test), name: test.name, seen: test.meta().contract ?? [] }))
    const now = compatibility(evidence, before)
    const faults = [...now.faults]
    if (this.#vitest?.config.snapshotOptions.updateSnapshot === 'all') await writeFile(page, now.page)
    else if (now.page !== before) faults.push('docs/compatibility.md is out of date: npx vitest run test/c1 -u')
    if (faults.length === 0) return
    console.error(`\nCompatibility with C1's role mining API:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    process.exitCode = 1
  }
}

function fileOf({ module }: TestCase): string {
  return basename(module.moduleId, '.test.ts')
}
