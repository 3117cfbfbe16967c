import { setTimeout as sleep } from 'node:timers/promises'
import {
  PullSourceRequest_Kind as Kind,
  Pull_Outcome as Outcome,
  type Pull,
  PullService,
} from '@assay/contracts/assay/source/v1/pull_service_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { parseScimAddress } from '@assay/scim-pull'
import type { Timestamp } from '@bufbuild/protobuf/wkt'
import { type Client, Code, ConnectError, createClient } from '@connectrpc/connect'
import { Command, InvalidArgumentError } from 'commander'
import { type ApiClient, connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { minuteOf } from './minute.ts'
import { time } from './time-argument.ts'

interface PullOptions {
  readonly secret: string
  readonly every: number
  readonly accountsOnly?: boolean
  readonly fullEvery: number
  readonly only: readonly Kind[]
  readonly since?: Timestamp
  readonly end?: boolean
}

const kinds: Readonly<Record<string, Kind>> = {
  users: Kind.USERS,
  groups: Kind.GROUPS,
  roles: Kind.ROLES,
  entitlements: Kind.ENTITLEMENTS,
}

/** `assay pull`: makes the platform load a source from a SCIM server, now and at an interval. Exit status 1 when the pull failed. */
export function pullCommand(print: (line: string) => void): Command {
  return new Command('pull')
    .description(
      'load a source from a SCIM server, now and again at an interval; without an address, as it was set before',
    )
    .argument('<source>', 'the source; it is created if it does not exist')
    .argument('[address]', 'the address below which /Users is, such as https://idp.example.com/scim/v2')
    .option(
      '--secret <name>',
      'the secret for the server: NAME.json in the folder ASSAY_SECRETS_DIRECTORY of the workers',
      '',
    )
    .option('--every <minutes>', 'minutes from one pull to the next, 15 to 10080; 0 for once a day', minutes, 0)
    .option('--accounts-only', 'its users are accounts of people that other sources define')
    .option(
      '--full-every <minutes>',
      'minutes from a full pull to the next, up to 1440; pulls between ask for what has changed; 0: every pull is full',
      minutes,
      0,
    )
    .option(
      '--only <kinds>',
      'read only users, groups, roles or entitlements, such as users,groups, and add them to the loaded data',
      kindsNamed,
      [],
    )
    .option('--since <time>', 'read only what has changed since then, such as 2026-01-31, and add it', time)
    .option('--end', 'end the pulls; the loaded data stay')
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
      const what = isPart(options) ? 'was read in part' : 'was read'
      print(`${source} ${what}; load ${ended.loadId} has what it holds. ${describePull(ended)}.`)
    })
}

/** Starts a pull. @returns the start of the pull before, to recognise the new one */
async function begin(
  api: ApiClient,
  source: string,
  address: string | undefined,
  options: PullOptions,
): Promise<bigint> {
  const pulls = createClient(PullService, api.transport)
  const before = await pullOf(pulls, source)
  if (address === undefined) {
    if (options.secret !== '' || options.every !== 0 || options.fullEvery !== 0 || options.accountsOnly) {
      throw new Error('Options say how a source is pulled from now on: give the address of its server as well')
    }
    const part = { kinds: [...options.only], ...(options.since && { sinceTime: options.since }) }
    await pulls.pullSource({ sourceId: source, ...part }).catch((error) => {
      const { code, rawMessage } = ConnectError.from(error)
      if (code !== Code.NotFound) throw error
      throw new Error(`${rawMessage}; give the address of its server: assay pull ${source} https://...`, {
        cause: error,
      })
    })
    return startOf(before)
  }
  if (isPart(options)) {
    throw new Error('A part is read of a source that is pulled already: leave the address out')
  }
  const pull = {
    address: parseScimAddress(address).href,
    secret: options.secret,
    intervalMinutes: options.every,
    fullIntervalMinutes: options.fullEvery,
  }
  const sources = createClient(SourceService, api.transport)
  const described = { id: source, accountsOnly: options.accountsOnly ?? false }
  const isNew = await sources.createSource({ source: described }).then(
    () => true,
    (error) => {
      if (ConnectError.from(error).code !== Code.AlreadyExists) throw error
      return false
    },
  )
  if (!isNew && options.accountsOnly) {
    await sources.updateSource({ source: described, updateMask: { paths: ['accounts_only'] } })
  }
  try {
    await pulls.putPull({ sourceId: source, pull })
  } catch (error) {
    // If the pull is refused, a source that was made for it is deleted again; the refusal is the error to report.
    if (isNew) await sources.deleteSource({ sourceId: source }).catch(() => {})
    throw error
  }
  return startOf(before)
}

async function waitForEnd(pulls: Client<typeof PullService>, sourceId: string, before: bigint): Promise<Pull> {
  for (;;) {
    const pull = await pulls.getPull({ sourceId })
    if (startOf(pull) > before && pull.endTime !== undefined) return pull
    await sleep(200)
  }
}

/** The pull of a source; undefined for a source that is not pulled. */
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
  const isTold = outcome === Outcome.FAILED || outcome === Outcome.HELD_UP
  const last = isTold ? `, the last pull ${outcome === Outcome.FAILED ? 'failed' : 'was held up'}: ${message}` : ''
  return `pulled from ${address} every ${intervalMinutes} minutes, next at ${minuteOf(nextTime)}${last}`
}

function startOf(pull: Pull | undefined): bigint {
  const { seconds = 0n, nanos = 0 } = pull?.startTime ?? {}
  return seconds * 1_000_000_000n + BigInt(nanos)
}

function isPart({ only, since }: PullOptions): boolean {
  return only.length > 0 || since !== undefined
}

function kindsNamed(text: string): Kind[] {
  return text.split(',').map((name) => {
    const kind = kinds[name.trim()]
    if (kind === undefined)
      throw new InvalidArgumentError(`Give ${Object.keys(kinds).join(', ')}, with commas between.`)
    return kind
  })
}

function minutes(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('Give a whole number of minutes.')
  return Number(text)
}
