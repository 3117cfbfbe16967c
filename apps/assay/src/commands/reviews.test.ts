import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../run-program.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-packs-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** What the command complains of. */
async function verified(file: string): Promise<[status: number, complaint: string]> {
  let complaint = ''
  const status = await runProgram(['review', 'verify', file], expect.unreachable, (text) => (complaint += text))
  return [status, complaint]
}

test('every line of a pack is read, however many there are', async () => {
  const pack = join(folder, 'pack.ndjson')
  await writeFile(pack, `${'{"pack":{}}\n'.repeat(40_000)}{"other":{}}\n`)
  expect(await verified(pack)).toEqual([1, 'line 40001 is not a line of an evidence pack\n'])
})

test('a pack that cannot be read is a fault of the command', async () => {
  expect(await verified(join(folder, 'none'))).toEqual([1, expect.stringContaining('ENOENT')])
  expect(await verified(folder)).toEqual([1, expect.stringContaining('EISDIR')])
})
