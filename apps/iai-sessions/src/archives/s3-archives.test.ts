import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import S3rver from 's3rver'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { s3Archives } from './s3-archives.ts'

let directory: string
let storage: S3rver
let archives: ReturnType<typeof s3Archives>

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'assay-s3-'))
  const buckets = [{ name: 'exports', configs: [] }]
  storage = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory, configureBuckets: buckets })
  const { port } = (await storage.run()) as AddressInfo
  // The credentials of the test server; AWS's tools read these variables first.
  process.env.AWS_ACCESS_KEY_ID = 'S3RVER'
  process.env.AWS_SECRET_ACCESS_KEY = 'S3RVER'
  archives = s3Archives({ bucket: 'exports', region: 'us-east-1', endpoint: `http://127.0.0.1:${port}` })
})
afterAll(async () => {
  archives.close()
  await storage.close()
  await rm(directory, { recursive: true })
})

async function contentOf(exportId: string, key: string | null): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(archives.open(1, exportId, key)))
}

test.each([0, 10, 12 * 1024 * 1024])('an archive of %i bytes comes back as it was', async (size) => {
  const archive = randomBytes(size)
  const stored = await archives.put(
    1,
    `e${size}`,
    Readable.from([archive.subarray(0, size / 3), archive.subarray(size / 3)]),
  )
  expect(stored).toEqual({ objectKey: `tenants/1/exports/e${size}.zip`, sizeBytes: size })
  expect((await contentOf(`e${size}`, stored.objectKey)).equals(archive)).toBe(true)
})

test('a second attempt replaces the first, and what is removed is gone', async () => {
  await archives.put(1, 'twice', Readable.from([Buffer.from('first, longer')]))
  const { objectKey } = await archives.put(1, 'twice', Readable.from([Buffer.from('second')]))
  expect(String(await contentOf('twice', objectKey))).toBe('second')
  await archives.remove(1, [objectKey ?? ''])
  await expect(contentOf('twice', objectKey)).rejects.toMatchObject({ kind: 'unavailable' })
})

test('an archive that breaks off is not kept', async () => {
  async function* broken() {
    yield randomBytes(6 * 1024 * 1024)
    throw new Error('the role is gone')
  }
  await expect(archives.put(1, 'broken', Readable.from(broken()))).rejects.toThrow('the role is gone')
  await expect(contentOf('broken', 'tenants/1/exports/broken.zip')).rejects.toMatchObject({ kind: 'unavailable' })
})

test('storage that is away is an error that may pass', async () => {
  const away = s3Archives({ bucket: 'exports', region: 'us-east-1', endpoint: 'http://127.0.0.1:9' })
  await expect(away.put(1, 'x', Readable.from([Buffer.from('x')]))).rejects.toMatchObject({ kind: 'unavailable' })
  away.close()
})
