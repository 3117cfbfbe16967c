import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test("the README's first example runs and prints what it says", async () => {
  const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8')
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? ''
  expect(example).toContain("directory: '.data/postgres'")
  const directory = await mkdtemp(join(tmpdir(), 'assay-readme-'))
  const program = example.replace('.data/postgres', join(directory, 'postgres'))
  const args = ['--no-warnings', '--input-type=module-typescript', '-e', program]
  // As root, the server's account must be able to enter the folder.
  await chmod(directory, 0o711)
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname })
  expect(stdout).toBe('local\n')
  await rm(directory, { recursive: true })
})
