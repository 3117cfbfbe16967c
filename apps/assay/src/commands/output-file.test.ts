import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeOutput } from './output-file.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-output-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function* pieces(fault?: Error) {
  yield { data: Buffer.from('first ') }
  if (fault) throw fault
  yield { data: Buffer.from('second') }
}

test('the pieces of a call become a file, which replaces an older one', async () => {
  const file = join(folder, 'written')
  for (let time = 0; time < 2; time++) {
    await writeOutput(pieces(), file)
    expect(await readFile(file, 'utf8')).toBe('first second')
  }
})

test('a file that cannot be created is named, and a fault of the call stays the fault', async () => {
  const missing = join(folder, 'none', 'file')
  await expect(writeOutput(pieces(), missing)).rejects.toThrow(`"${missing}" cannot be written: ENOENT`)
  const fault = new Error('the service is away')
  await expect(writeOutput(pieces(fault), join(folder, 'broken'))).rejects.toBe(fault)
})
