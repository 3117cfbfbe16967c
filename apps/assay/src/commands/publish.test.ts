import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProfileDriftSchema } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
import { zipBytes } from '@assay/sources/testing'
import { create } from '@bufbuild/protobuf'
import { Code, ConnectError } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { doubts, writtenFiles } from './publish.ts'

test('a profile that does not agree with the access data is named before it is handed over', () => {
  const drift = create(ProfileDriftSchema, { displayName: 'Sellers', accessProfileId: 'p1', lackingMemberCount: 3 })
  expect(doubts(drift)).toEqual([])
  expect(doubts({ ...drift, rulePaused: true, goneEntitlementCount: 1 })).toEqual([
    '! Sellers  (profile:p1): its rule is paused, so its members may be out of date',
    '! Sellers  (profile:p1): it gives 1 entitlement that the access data no longer have',
  ])
})

test('a download that breaks off says that the publication is recorded, and how to get the files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-publish-test-'))
  let downloads = 0
  const client = {
    async *downloadPublication() {
      downloads++
      yield { data: Buffer.from('PK') }
      throw new ConnectError('Premature close', Code.Internal)
    },
  }
  await expect(writtenFiles(client, { publicationId: 'p-1', source: '' }, folder)).rejects.toThrow(
    `The publication p-1 is recorded, but its files are not all in ${folder} (Premature close). Run the command again: it records the profiles once more and writes all files`,
  )
  expect([await readdir(folder), downloads]).toEqual([[], 2])
  await rm(folder, { recursive: true })
})

test('a download that breaks off once is tried again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-publish-test-'))
  let downloads = 0
  const client = {
    async *downloadPublication() {
      const archive = zipBytes({ 'roles.csv': 'id\n1\n' })
      yield { data: archive.subarray(0, 20) }
      if (downloads++ === 0) throw new ConnectError('Premature close', Code.Internal)
      yield { data: archive.subarray(20) }
    },
  }
  expect(await writtenFiles(client, { publicationId: 'p-1', source: '' }, folder)).toEqual([join(folder, 'roles.csv')])
  expect(await readFile(join(folder, 'roles.csv'), 'utf8')).toBe('id\n1\n')
  await rm(folder, { recursive: true })
})
