import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.ts'

// The tests start some hundred processes of the platform. They share what one of them has compiled.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled-for-tests')
// Commands that tests run must not call the platform of the user who runs the tests.
for (const name of ['ASSAY_URL', 'ASSAY_CLIENT_ID', 'ASSAY_CLIENT_SECRET', 'ASSAY_CLIENT_SECRET_FILE'])
  delete process.env[name]

export default defineConfig({
  test: {
    include: ['{apps,libs}/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    // Files share what a worker has imported, which would take a tenth of all time otherwise.
    isolate: false,
    // The first comes before all that write temporary files. The others offer a Postgres, a browser and a platform, which start when
    // asked for.
    globalSetup: [
      'test/temporary-folder.ts',
      'libs/store/src/testing-server.ts',
      'test/console/test-browser.ts',
      'test/platform/run-platform.ts',
    ],
    reporters: ['default', './test/compatibility/reporter.ts'],
    // Many tests wait for processes that they started, so three at a time pay even on two cores.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    // A test fails by what it finds. On a machine that is busy with more than the tests it only takes longer: these limits end what
    // hangs, and no test has one of its own.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    // The platform of the run ends its processes one after the other; whoever does not wait for that leaves them behind.
    teardownTimeout: 120_000,
    // What a test waits for comes late on a machine that is busy; it fails by not coming.
    expect: { poll: { timeout: 300_000 } },
  },
})
