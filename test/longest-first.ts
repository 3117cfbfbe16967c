import { join } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const root = join(import.meta.dirname, '..')

/** Files that take more than half a minute, the longest first. */
const longest = [
  'test/console/console.test.ts',
  'test/access/every-call.test.ts',
  'test/platform/kill.test.ts',
  'test/platform/command-line.test.ts',
  'test/console/stories.test.ts',
  'apps/iai-sessions/src/session-life.test.ts',
  'test/platform/wrong-database.test.ts',
  'test/platform/described-limits.test.ts',
  'libs/source-loads/src/in-place/in-place-equality.test.ts',
  'libs/transcoding/src/conformance/cross.test.ts',
].map((file) => join(root, file))

/**
 * A long file that begins late keeps one core busy while the other has nothing to do. vitest knows how long files take from the
 * run before; a clean clone has none, and takes large files for long ones.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const begin = longest.flatMap((file) => sorted.filter(({ moduleId }) => moduleId === file))
    return [...begin, ...sorted.filter((file) => !begin.includes(file))]
  }
}
