import { join } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const root = join(import.meta.dirname, '..')

/** Files that take about half a minute or more, the longest first. */
const longest = [
  'test/console/console.test.ts',
  'test/access/every-call.test.ts',
  'test/platform/kill.test.ts',
  'test/platform/command-line.test.ts',
  'test/console/stories.test.ts',
  'apps/iai-sessions/src/session-life.test.ts',
  'libs/jobs/src/jobs.test.ts',
  'test/work/every-work.test.ts',
  'test/platform/described-limits.test.ts',
  'test/platform/wrong-database.test.ts',
  'libs/rpc/src/forward-service.test.ts',
  'test/platform/bad-imports.test.ts',
  'test/sailpoint/neighbours.test.ts',
  'libs/transcoding/src/conformance/cross.test.ts',
  'libs/source-loads/src/in-place/in-place-equality.test.ts',
].map((file) => join(root, file))

/**
 * When a long file begins late, one core is busy with it while the other is idle. vitest knows the duration of files from the
 * previous run. In a clean clone it has none, and assumes that large files take long.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const begin = longest.flatMap((file) => sorted.filter(({ moduleId }) => moduleId === file))
    return [...begin, ...sorted.filter((file) => !begin.includes(file))]
  }
}
