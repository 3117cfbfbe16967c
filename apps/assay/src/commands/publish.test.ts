import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProfileDriftSchema } from '@assay/contracts/assay/change/v1/profile_drift_service_pb'
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
  const client = {
    async *downloadPublication() {
      yield { data: Buffer.from('PK') }
      throw new ConnectError('Premature close', Code.Internal)
    },
  }
  await expect(writtenFiles(client, 'p-1', folder)).rejects.toThrow(
    `The publication p-1 is recorded, but its files are not all in ${folder} (Premature close). Run the command again: it records the profiles once more and writes all files`,
  )
  expect(await readdir(folder)).toEqual([])
  await rm(folder, { recursive: true })
})
