import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sourcesAt } from './import.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-import-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('a file that cannot be opened fails the import when its turn comes, and not before', async () => {
  await writeFile(join(folder, 'grants.csv'), 'identity_id,entitlement_id\n')
  await symlink(join(folder, 'none'), join(folder, 'identities.csv'))
  const left: string[] = []
  await writeFile(join(folder, 'notes.md'), 'not data')
  const [grants, identities] = await sourcesAt(folder, (line) => left.push(line))
  expect(left).toEqual(['  notes.md: left out, since it is not a .csv or .txt file'])
  expect(grants?.fileName).toBe('grants.csv')
  expect(String(await buffer(grants?.content as AsyncIterable<Uint8Array>))).toContain('identity_id')
  await expect(buffer(identities?.content as AsyncIterable<Uint8Array>)).rejects.toThrow('ENOENT')
})
