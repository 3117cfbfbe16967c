import { setTimeout as sleep } from 'node:timers/promises'
import { Pull_Outcome as Outcome, type Pull, PullService } from '@assay/contracts/assay/source/v1/pull_service_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { parseScimAddress } from '@assay/scim-pull'
import { type Client, Code, ConnectError, createClient } from '@connectrpc/connect'
import { Command, InvalidArgumentError } from 'commander'
import { type ApiClient, connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'

interface PullOptions {
  readonly secret: string
  readonly every: number
  readonly fullEvery: number
  readonly end?: boolean
}

/** `assay pull`: lets the platform load a source from a SCIM server, now and at an interval. Exit status 1 when the pull failed. */
export function pullCommand(print: (line: string) => void): Command {
  return new Command('pull')
    .description(
      'load a source from a SCIM server, now and again at an interval; without an address, as it was set before',
    )
    .argument('<source>', 'the source; it is made if there is none')
    .argument('[address]', 'where /Users stands, such as https://idp.example.com/scim/v2')
    .option(
      '--secret <name>',
      'the secret for the server: NAME.json in the folder ASSAY_SECRETS_DIRECTORY of the workers',
      '',
    )
    .option('--every <minutes>', 'minutes from one pull to the next, 15 to 10080; 0 for once a day', minutes, 0)
    .option(
      '--full-every <minutes>',
      'minutes from a full pull to the next, up to 1440; pulls between ask for what has changed; 0: every pull is full',
      minutes,
      0,
    )
    .option('--end', 'pull it no more; what was loaded stays')
    .action(async (source: string, address: string | undefined, options: PullOptions) => {
      const api = await connectToPlatform(readSettings())
      const pulls = createClient(PullService, api.transport)
      if (options.end) {
        await pulls.deletePull({ sourceId: source })
        print(`${source} is pulled no more.`)
        return
      }
      const began = await begin(api, source, address, options)
      const ended = await waitForEnd(pulls, source, began)
      if (ended.outcome !== Outcome.LOADED) throw new Error(ended.message)
      print(`${source} was read; load ${ended.loadId} has what it holds. ${describePull(ended)}.`)
    })
}

/** The start of the pull before, by which the new one is told from it. */
async function begin(
  api: ApiClient,
  source: string,
  address: string | undefined,
  options: PullOptions,
): Promise<bigint> {
  const pulls = createClient(PullService, api.transport)
  const before = await pullOf(pulls, source)
  if (address === undefined) {
    await pulls.pullSource({ sourceId: source })
    return startOf(before)
  }
  await createClient(SourceService, api.transport)
    .createSource({ source: { id: source } })
    .catch((error) => {
      if (ConnectError.from(error).code !== Code.AlreadyExists) throw error
    })
  const pull = {
    address: parseScimAddress(address).href,
    secret: options.secret,
    intervalMinutes: options.every,
    fullIntervalMinutes: options.fullEvery,
  }
  await pulls.putPull({ sourceId: source, pull })
  return startOf(before)
}

async function waitForEnd(pulls: Client<typeof PullService>, sourceId: string, before: bigint): Promise<Pull> {
  for (;;) {
    const pull = await pulls.getPull({ sourceId })
    if (startOf(pull) > before && pull.endTime !== undefined) return pull
    await sleep(200)
  }
}

/** How a source is pulled; undefined for one that is not. */
export async function pullOf(pulls: Client<typeof PullService>, sourceId: string): Promise<Pull | undefined> {
  try {
    return await pulls.getPull({ sourceId })
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) return undefined
    throw error
  }
}

/** `pulled from https://idp.example.com/scim/v2 every 60 minutes, next at 2026-01-01 00:00` */
export function describePull({ address, intervalMinutes, nextTime, outcome, message }: Pull): string {
  const next = new Date(Number(nextTime?.seconds ?? 0n) * 1000).toISOString().slice(0, 16).replace('T', ' ')
  const isTold = outcome === Outcome.FAILED || outcome === Outcome.HELD_UP
  const last = isTold ? `, the last pull ${outcome === Outcome.FAILED ? 'failed' : 'was held up'}: ${message}` : ''
  return `pulled from ${address} every ${intervalMinutes} minutes, next at ${next}${last}`
}

function startOf(pull: Pull | undefined): bigint {
  const { seconds = 0n, nanos = 0 } = pull?.startTime ?? {}
  return seconds * 1_000_000_000n + BigInt(nanos)
}

function minutes(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('Give a whole number of minutes.')
  return Number(text)
}
