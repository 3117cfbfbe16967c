import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createApiClient } from '@assay/auth'
import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { conductorone } from '@assay/dialects'
import { generateOrganisation } from '@assay/sample-org'
import { unusedPorts } from '@assay/server'
import { findTenant, openOwnerDatabase, startEmbeddedPostgres } from '@assay/store'
import { createClient } from '@connectrpc/connect'
import { expect, test } from 'vitest'
import { fetchToken } from '../../apps/assay/src/api-client.ts'
import { startPlatform } from '../../apps/assay/src/platform.ts'
import { grpc, importFiles } from './platform.ts'
import { filesOf } from './sample.ts'

const copy = (from: string, to: string) => promisify(execFile)('cp', ['-a', from, to])

/** Renames a suggestion in the transaction of that id, or in a later one than the background's next few hundred. */
async function rename(url: string, id: string, name: string, transaction?: bigint) {
  const owner = openOwnerDatabase({ url, applicationName: 'test', maxConnections: 1 })
  const current = async () =>
    (await owner.sql<{ id: string }[]>`select pg_current_xact_id()::text as id`).map((row) => BigInt(row.id))[0]!
  const last = transaction === undefined ? (await current()) + 500n : transaction - 1n
  while ((await current()) < last);
  const [row] = await owner.sql<{ version: string; transaction: string }[]>`
    update role_mining_suggestions set suggested_name = ${name} where id = ${id}
    returning xmin || '/' || ctid as version, pg_current_xact_id()::text as transaction`
  await owner.close()
  return { version: row!.version, transaction: BigInt(row!.transaction) }
}

test.skipIf(process.platform === 'win32')(
  'answers follow a database that is restored to an earlier time under the running processes',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'assay-restored-'))
    const cluster = join(directory, 'cluster')
    const backup = join(directory, 'backup')
    const [port = 0] = await unusedPorts(1)
    const startServer = () => startEmbeddedPostgres({ directory, port })
    let server = await startServer()
    const platform = await startPlatform({
      databaseUrl: server.url,
      dataDirectory: join(directory, 'platform'),
      host: '127.0.0.1',
      port: 0,
    })
    try {
      const owner = openOwnerDatabase({ url: server.url, applicationName: 'test' })
      const tenant = await findTenant(owner.sql, 'local')
      if (tenant === undefined) throw new Error('the platform has made no tenant')
      const client = { ...tenant, dialect: conductorone.clients, role: 'admin', host: '127.0.0.1' } as const
      const token = await fetchToken(
        platform.baseUrl,
        await createApiClient(owner.sql, { ...client, displayName: 'T' }),
      )
      await owner.close()
      const mining = createClient(RoleMiningManagementService, grpc(platform.baseUrl, token))
      const listed = async () => (await mining.listSuggestions({ pageSize: 100 })).list
      /** The name, as both ways of reading return it. */
      const namesOf = async (id: string) => [
        (await listed()).find((one) => one.id === id)?.suggestedName,
        (await mining.getSuggestion({ id })).suggestion?.suggestedName,
      ]
      await importFiles(platform.baseUrl, token, filesOf(generateOrganisation({ seed: 1, identityCount: 400 })))
      await expect.poll(async () => (await listed()).length).toBeGreaterThan(5)
      const id = (await listed())[0]!.id

      const restart = async (change: () => Promise<unknown>) => {
        await server.stop()
        await change()
        server = await startServer()
        // No call reads a suggestion here, because it would replace the cached one.
        const answers = () => mining.getLatestRun({}).then(Boolean, () => false)
        await expect.poll(answers).toBe(true)
      }
      await restart(() => copy(cluster, backup))
      const before = await rename(server.url, id, 'Before')
      expect(await namesOf(id)).toEqual(['Before', 'Before'])

      // The row gets the same version in the restored database as before, unless another transaction comes in between.
      for (let tries = 0; tries < 5; tries++) {
        await restart(async () => {
          await rm(cluster, { recursive: true })
          await copy(backup, cluster)
        })
        const after = await rename(server.url, id, 'After', before.transaction)
        expect(await namesOf(id)).toEqual(['After', 'After'])
        if (after.version === before.version) return
      }
      throw new Error('the version of the row never repeated')
    } finally {
      await platform.stop()
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    }
  },
)
