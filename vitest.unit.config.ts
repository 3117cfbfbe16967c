import { defineConfig } from 'vitest/config'
import { unitTests } from './test/unit-tests.ts'
import whole from './vitest.config.ts'

// The tests that start neither a process nor a database nor a browser: `npm run check` runs them after a change.
export default defineConfig({
  test: {
    ...whole.test,
    include: unitTests(),
    globalSetup: ['test/temporary-folder.ts'],
    reporters: ['default'],
  },
})
