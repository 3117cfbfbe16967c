import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApiClient } from '@assay/auth'
import { clientDialects } from '@assay/dialects'
import type { Settings } from '../../apps/assay/src/settings.ts'
import { AssayCommand } from './assay-command.ts'
import { joinTestPlatform, type TestPlatform } from './platform.ts'

/** The command line of somebody whose platform is that of the run. */
export interface JoinedCommand {
  readonly assay: AssayCommand
  readonly platform: TestPlatform
  /** With the credentials of an administrator of the tenant `local` of the file. */
  readonly settings: Settings & { readonly databaseUrl: undefined }
  /** For files that commands read; the data folder of the settings is in it. */
  readonly folder: string
  stop(): Promise<void>
}

export async function joinByCommand(): Promise<JoinedCommand> {
  const platform = await joinTestPlatform()
  const folder = await mkdtemp(join(tmpdir(), 'assay-joined-'))
  const dataDirectory = join(folder, 'data')
  const { baseUrl } = platform
  const { hostname: host, port } = new URL(baseUrl)
  await mkdir(dataDirectory)
  await writeFile(join(dataDirectory, 'credentials.json'), JSON.stringify(await credentialsOn(platform)))
  const assay = new AssayCommand({ ASSAY_DATA_DIRECTORY: dataDirectory, ASSAY_PORT: port })
  return {
    assay,
    platform,
    settings: { databaseUrl: undefined, dataDirectory, host, port: Number(port) },
    folder,
    async stop() {
      assay.killAll()
      await platform.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** As the first start of a platform writes them. */
async function credentialsOn({ baseUrl, db, tenantId }: TestPlatform) {
  const clients: Record<string, unknown> = {}
  for (const dialect of clientDialects) {
    const init = { tenantId: await tenantId(), dialect, role: 'admin', host: new URL(baseUrl).host } as const
    clients[dialect.name] = await createApiClient(db.owner.sql, { ...init, displayName: 'Local administrator' })
  }
  return { baseUrl, tenant: 'local', ...clients }
}
