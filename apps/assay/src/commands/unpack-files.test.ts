import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipped } from '@assay/role-sessions'
import { expect, test } from 'vitest'
import { unpackFiles } from './unpack-files.ts'

async function* archiveOf(files: Readonly<Record<string, string>>) {
  const listed = Object.entries(files).map(([name, text]) => ({
    name,
    async *content() {
      yield text
    },
  }))
  for await (const data of zipped(listed, new Date(0))) yield { data }
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-test-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('files are written whole, in the place of those of the last time, however often', () =>
  inFolder(async (folder) => {
    for (let time = 0; time < 5; time++) {
      const files = { 'groups.json': `{"time": ${time}}`, 'empty.csv': '', 'large.txt': `${time}`.repeat(300_000) }
      expect(await unpackFiles(archiveOf(files), folder)).toEqual(Object.keys(files).map((name) => join(folder, name)))
      for (const [name, text] of Object.entries(files)) expect(await readFile(join(folder, name), 'utf8')).toBe(text)
    }
    expect((await readdir(folder)).sort()).toEqual(['empty.csv', 'groups.json', 'large.txt'])
  }))

test.each(['../outside.txt', 'a/b.txt', '.hidden', 'C:x'])('a file named %s is not written', (name) =>
  inFolder(async (folder) => {
    await expect(unpackFiles(archiveOf({ [name]: 'x' }), folder)).rejects.toThrow(
      /not a plain name|invalid relative path|absolute path/,
    )
    expect(await readdir(folder)).toEqual([])
  }),
)
