import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
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

test.skipIf(process.platform === 'win32')(
  'the output ends when its reader closes the pipe, and that is no fault',
  async () => {
    const endless = `
      import { writeOutput } from ${JSON.stringify(new URL('./output-file.ts', import.meta.url).href)}
      process.stdout.on('error', () => {}) // as program.ts does
      async function* pieces() {
        for (;;) yield { data: Buffer.alloc(65_536, 'x') }
      }
      await writeOutput(pieces(), undefined)
      process.stderr.write('ended')`
    const line = '"$0" --input-type=module -e "$1" | head -c 3'
    const { stdout, stderr } = await promisify(execFile)('/bin/sh', ['-c', line, process.execPath, endless])
    expect([stdout, stderr]).toEqual(['xxx', 'ended'])
  },
)
