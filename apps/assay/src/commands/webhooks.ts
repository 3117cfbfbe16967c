import {
  Webhook_DisabledReason as Because,
  type Delivery,
  Delivery_State as DeliveryState,
  type Webhook,
  WebhookService,
  Webhook_State as WebhookState,
} from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { AddressGuard } from '@assay/outbound'
import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt'
import { type Client, createClient } from '@connectrpc/connect'
import { Command, InvalidArgumentError, Option } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readOutboundSettings } from '../outbound-settings.ts'
import { readSettings } from '../settings.ts'
import { counted } from './counted.ts'
import { time } from './time-argument.ts'
import { refusalOf } from './webhook-address.ts'

type Print = (line: string) => void
type Webhooks = Client<typeof WebhookService>

const stateNames = ['waiting', 'delivered', 'failed'] as const

async function connect(): Promise<Webhooks> {
  return createClient(WebhookService, (await connectToPlatform(readSettings())).transport)
}

/** `assay webhooks`: the addresses to which events are delivered. */
export function webhooksCommand(print: Print): Command {
  const webhooks = new Command('webhooks').description('deliver events to addresses: make, test, look at and replay')
  webhooks
    .command('create')
    .description('make a webhook, and print its secret once')
    .argument('<url>', 'where events are sent by POST')
    .option(
      '--types <types...>',
      'only these, as "webhooks types" prints them, or all of one kind: "assay.suggestion.*"; without this option: all',
    )
    .option('--description <text>', 'what it is for', '')
    .action(async (url: string, { types = [], description }: { types?: string[]; description: string }) => {
      const made = await (await connect()).createWebhook({ webhook: { url, description, eventTypes: types } })
      print(`webhook ${made.webhook?.id}`)
      print(`secret  ${made.secret}`)
      print('The secret is shown only once. Receivers verify signatures with it: docs/webhooks.md.')
      const refusal = await refusalOf(url, new AddressGuard(readOutboundSettings().networks))
      if (refusal !== undefined) print(`! A worker with the settings of this command refuses to deliver: ${refusal}.`)
    })
  webhooks
    .command('list')
    .description('print the webhooks, oldest first')
    .action(async () => {
      const client = await connect()
      for (let pageToken = ''; ; ) {
        const page = await client.listWebhooks({ pageSize: 100, pageToken })
        for (const webhook of page.webhooks) for (const line of linesOf(webhook)) print(line)
        if (page.nextPageToken === '') return
        pageToken = page.nextPageToken
      }
    })
  webhooks
    .command('types')
    .description('print the types of events')
    .action(async () => {
      const { eventTypes } = await (await connect()).listEventTypes({})
      for (const { type, description } of eventTypes) print(`${type}  ${description}`)
    })
  webhooks
    .command('deliveries')
    .description('print how deliveries went, the newest first')
    .argument('<webhook>')
    .addOption(new Option('--state <state>', 'only those in this state').choices(stateNames))
    .option('--type <type>', 'only those of this type of events', '')
    .option('--limit <number>', 'so many at most', wholeNumber, 25)
    .action(
      async (webhookId: string, options: { state?: (typeof stateNames)[number]; type: string; limit: number }) => {
        const state = options.state === undefined ? DeliveryState.UNSPECIFIED : stateNames.indexOf(options.state) + 1
        const client = await connect()
        let left = options.limit
        for (let pageToken = ''; left > 0; ) {
          const request = { webhookId, state, eventType: options.type, pageSize: Math.min(100, left), pageToken }
          const page = await client.listDeliveries(request)
          for (const delivery of page.deliveries) for (const line of deliveryLines(delivery)) print(line)
          left -= page.deliveries.length
          if (page.nextPageToken === '') return
          pageToken = page.nextPageToken
        }
      },
    )
  addChanges(webhooks, print)
  return webhooks
}

function addChanges(webhooks: Command, print: Print): void {
  webhooks
    .command('test')
    .description('send an event that tests a webhook, and print how that went')
    .argument('<webhook>')
    .action(async (webhookId: string) => {
      const client = await connect()
      const { eventId } = await client.testWebhook({ webhookId })
      const delivery = await attempted(client, webhookId, eventId)
      if (delivery === undefined) {
        print(`Event ${eventId} was not tried yet; "assay webhooks deliveries ${webhookId}" shows the result.`)
        return
      }
      for (const line of deliveryLines(delivery)) print(line)
      if (delivery.state !== DeliveryState.DELIVERED) throw new Error('The receiver did not take the event')
    })
  webhooks
    .command('replay')
    .description('deliver events again, with the same ids and bodies')
    .argument('<webhook>')
    .addOption(new Option('--event <id>', 'only this event').conflicts(['since', 'position']))
    .addOption(new Option('--since <time>', 'all since a time').argParser(time).conflicts('position'))
    .option('--position <number>', 'all from a position of the ledger on; 0 for all there are', position)
    .action(async (webhookId: string, options: { event?: string; since?: Timestamp; position?: bigint }) => {
      await replay(await connect(), webhookId, options, print)
    })
  webhooks
    .command('rotate')
    .description('make a new secret and print it once; the one before signs too for 24 hours')
    .argument('<webhook>')
    .action(async (webhookId: string) => {
      print(`secret  ${(await (await connect()).rotateWebhookSecret({ webhookId })).secret}`)
    })
  for (const verb of ['enable', 'disable'] as const)
    webhooks
      .command(verb)
      .description(verb === 'enable' ? 'send events again; what waits is tried at once' : 'send no events any more')
      .argument('<webhook>')
      .action(async (webhookId: string) => {
        const client = await connect()
        const webhook = await client[`${verb}Webhook`]({ webhookId })
        for (const line of linesOf(webhook)) print(line)
      })
  webhooks
    .command('delete')
    .description('delete a webhook with its deliveries')
    .argument('<webhook>')
    .action(async (webhookId: string) => {
      await (await connect()).deleteWebhook({ webhookId })
      print(`webhook ${webhookId} is deleted`)
    })
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.')
  return Number(text)
}

function position(text: string): bigint {
  if (!/^\d{1,19}$/.test(text)) throw new InvalidArgumentError('Give a position of the ledger, such as 4711.')
  return BigInt(text)
}

async function replay(
  client: Webhooks,
  webhookId: string,
  { event, since, position }: { readonly event?: string; readonly since?: Timestamp; readonly position?: bigint },
  print: Print,
): Promise<void> {
  if (event !== undefined) {
    for (const line of deliveryLines(await client.replayDelivery({ webhookId, eventId: event }))) print(line)
    return
  }
  if (since === undefined && position === undefined)
    throw new Error('Say what to replay: --event ID, --since TIME or --position NUMBER')
  type Start = Parameters<Webhooks['replayEvents']>[0]['since']
  let start: Start =
    since === undefined ? { case: 'sincePosition', value: position ?? 0n } : { case: 'sinceTime', value: since }
  let queued = 0
  for (;;) {
    const { queuedCount, nextPosition } = await client.replayEvents({ webhookId, since: start })
    queued += queuedCount
    if (nextPosition === 0n) break
    start = { case: 'sincePosition', value: nextPosition }
  }
  print(`${counted(queued, 'event')} will be delivered again.`)
}

/** The time that a test waits for its first attempt; a receiver may take less. */
const testMs = 25_000
const lookMs = 500

async function attempted(client: Webhooks, webhookId: string, eventId: string): Promise<Delivery | undefined> {
  for (const until = Date.now() + testMs; Date.now() < until; ) {
    const { deliveries } = await client.listDeliveries({ webhookId, eventType: 'assay.webhook.test', pageSize: 5 })
    const found = deliveries.find((one) => one.eventId === eventId)
    if (found !== undefined && found.attemptCount > 0) return found
    await new Promise((resolve) => setTimeout(resolve, lookMs))
  }
  return undefined
}

const disabledBecause: Readonly<Record<number, string>> = {
  [Because.ASKED]: 'somebody disabled it',
  [Because.GONE]: 'its receiver said that it is gone',
  [Because.FAILING]: 'it took nothing for days',
  [Because.BACKLOG]: 'too many events waited',
}

function linesOf(webhook: Webhook): string[] {
  const { id, url, description, eventTypes, state, disabledReason, waitingCount, failingSinceTime, lastFailure } =
    webhook
  const isDisabled = state === WebhookState.DISABLED
  const how = isDisabled
    ? `disabled since ${timeOf(webhook.disableTime)}: ${disabledBecause[disabledReason]}`
    : 'enabled'
  return [
    `${id}  ${url}${description === '' ? '' : `  ${description}`}`,
    `  ${how}; ${eventTypes.length === 0 ? 'all types' : eventTypes.join(', ')}; ${counted(waitingCount, 'event')} waiting`,
    ...(failingSinceTime === undefined ? [] : [`  fails since ${timeOf(failingSinceTime)}: ${lastFailure}`]),
  ].map(onOneLine)
}

function deliveryLines(delivery: Delivery): string[] {
  const { eventId, eventType, subject, state, attemptCount, lastStatus, lastFault, lastAnswer } = delivery
  const answer = lastStatus === 0 ? lastFault : `${lastStatus} ${lastAnswer.slice(0, 100)}`.trim()
  const next = state === DeliveryState.WAITING ? `, next at ${timeOf(delivery.nextAttemptTime)}` : ''
  return [
    `${timeOf(delivery.queueTime)}  ${eventType}  ${subject}  ${eventId}`,
    `  ${stateNames[state - 1] ?? 'unknown'} after ${counted(attemptCount, 'attempt')}${next}${answer === '' ? '' : `: ${answer}`}`,
  ].map(onOneLine)
}

function timeOf(time: Timestamp | undefined): string {
  return time === undefined ? '' : timestampDate(time).toISOString().slice(0, 19).replace('T', ' ')
}

/** Escapes control and invisible characters, so that a receiver's answer can neither begin a line nor change the text around it. */
function onOneLine(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`,
  )
}
