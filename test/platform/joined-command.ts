import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApiClient } from '@assay/auth'
import { clientDialects } from '@assay/dialects'
import { vi } from 'vitest'
import { runProgram } from '../../apps/assay/src/run-program.ts'
import type { Settings } from '../../apps/assay/src/settings.ts'
import type { Outcome } from './assay-command.ts'
import { joinTestPlatform, type TestPlatform } from './platform.ts'

/** The command line with the platform of the run. Other tests check that it also works as a separate process. */
export interface JoinedCommand {
  /** Runs a command to its end, within this process. */
  readonly assay: { run(...words: string[]): Promise<Outcome> }
  readonly platform: TestPlatform
  /** The settings, with the credentials of an administrator of the tenant `local` of the file. */
  readonly settings: Settings & { readonly databaseUrl: undefined }
  /** A folder for files that commands read; it contains the data folder of the settings. */
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
  vi.stubEnv('ASSAY_DATA_DIRECTORY', dataDirectory).stubEnv('ASSAY_PORT', port)
  return {
    assay: { run: runHere },
    platform,
    settings: { databaseUrl: undefined, dataDirectory, host, port: Number(port) },
    folder,
    async stop() {
      vi.unstubAllEnvs()
      await platform.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Runs a command to its end in this process, whose environment has the address of the platform. */
export async function runHere(...words: string[]): Promise<Outcome> {
  let [stdout, stderr] = ['', '']
  const status = await runProgram(
    words,
    (line) => {
      stdout += `${line}\n`
    },
    (text) => {
      stderr += text
    },
  )
  return { status, stdout, stderr }
}

/** Writes the credentials in the form in which the first start of a platform writes them. */
async function credentialsOn({ baseUrl, db, tenantId }: TestPlatform) {
  const clients: Record<string, unknown> = {}
  for (const dialect of clientDialects) {
    const init = { tenantId: await tenantId(), dialect, role: 'admin', host: new URL(baseUrl).host } as const
    clients[dialect.name] = await createApiClient(db.owner.sql, {
      ...init,
      displayName: `Local administrator (${dialect.name})`,
    })
  }
  return { baseUrl, tenant: 'local', ...clients }
}
