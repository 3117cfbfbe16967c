import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Readiness,
  ReadinessSchema,
  ReadinessService,
  Readiness_State as State,
} from '@assay/contracts/assay/insight/v1/readiness_service_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { toJson } from '@bufbuild/protobuf'
import { ConnectError, createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { type ApiClient, connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { describeReadiness, loadedReadiness } from './describe-readiness.ts'

/** `assay readiness`: exit status 0 when the readiness is shown, 1 when there are no data or the measurement failed. */
export function readinessCommand(print: (line: string) => void): Command {
  return new Command('readiness')
    .description('say what the access data in force are good for, and what has changed since the import before')
    .option('--import <id>', 'of this import, one of the last twenty')
    .option('--load <id>', 'of the data that this load of a source brought into force')
    .option('--json', 'print it as JSON, with the names of the API')
    .action(async (options: { import?: string; load?: string; json?: boolean }) => {
      const api = await connectToPlatform(readSettings())
      const importId = options.load === undefined ? options.import : await importOfLoad(api, options.load)
      const readiness = await measuredReadiness(api, Number.POSITIVE_INFINITY, importId)
      if (readiness.state !== State.MEASURED) throw new Error(`It could not be measured: ${readiness.errorMessage}`)
      if (options.json) print(JSON.stringify(jsonOf(readiness), undefined, 2))
      else for (const line of [titleOf(readiness), ...describeReadiness(loadedReadiness(readiness))]) print(line)
    })
}

/** The longest time that an import waits for its readiness, which takes seconds unless the workers are busy. */
const importWaitsMs = 60_000

/** The readiness after an import, in short; `assay readiness` also gives advice. An error here does not fail the import. */
export async function readinessAfterImport(api: ApiClient): Promise<{ lines: string[]; json: unknown }> {
  const readiness = await measuredReadiness(api, importWaitsMs).catch((error: unknown) => ConnectError.from(error))
  if (readiness instanceof ConnectError) {
    const line = `The readiness could not be asked for: ${readiness.rawMessage}; "assay readiness" shows it.`
    return { lines: [line], json: null }
  }
  const json = jsonOf(readiness)
  if (readiness.state === State.MEASURED) {
    const lines = describeReadiness(loadedReadiness(readiness), { brief: true })
    return { lines: [titleOf(readiness), ...lines, '"assay readiness" says what to do about it.'], json }
  }
  const why =
    readiness.state === State.FAILED ? `could not be measured: ${readiness.errorMessage}` : 'is being measured'
  return { lines: [`The readiness ${why}; "assay readiness" shows it.`], json }
}

function titleOf({ importId, previousImportId }: Readiness): string {
  const compared = previousImportId === '' ? '' : `, compared with import ${previousImportId}`
  return `Readiness of import ${importId}${compared}:`
}

async function importOfLoad(api: ApiClient, loadId: string): Promise<string> {
  const { importId } = await createClient(SourceService, api.transport).getLoad({ loadId })
  if (importId === '') throw new Error(`Load ${loadId} is not in force, so that nothing of it was measured`)
  return importId
}

async function measuredReadiness(api: ApiClient, mostMs: number, importId = ''): Promise<Readiness> {
  const client = createClient(ReadinessService, api.transport)
  const begun = performance.now()
  for (;;) {
    const readiness = await client.getReadiness({ importId })
    if (readiness.state !== State.MEASURING || performance.now() - begun > mostMs) return readiness
    await sleep(100)
  }
}

function jsonOf(readiness: Readiness): unknown {
  // With members that are 0 or empty, for example the counts of findings that are gone.
  return toJson(ReadinessSchema, readiness, { alwaysEmitImplicit: true })
}
