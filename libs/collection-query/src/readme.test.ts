import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createTestDatabase } from '@assay/store/testing'
import { afterAll, expect, test } from 'vitest'

const db = await createTestDatabase()
afterAll(() => db.drop())

test("the README's first example runs, prints and refuses what it says", async () => {
  const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8')
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? ''
  const printed = /console\.log.* \/\/ (.*)/.exec(example)?.[1]
  const refused = /^parseFilter.* \/\/ (.*)/m.exec(example)?.[1]
  const args = ['--no-warnings', '--input-type=module-typescript', '-e', example]
  const env = { ...process.env, DATABASE_URL: db.url }
  const run = promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname, env })
  await expect(run).rejects.toMatchObject({
    stdout: `${printed}\n`,
    stderr: expect.stringContaining(`DomainError: ${refused}\n`),
  })
})
