import type { SealedText } from '@assay/auth'
import { DomainError } from '@assay/errors'
import { defineWork } from '@assay/jobs'
import { AddressGuard, type Network, OutboundClient } from '@assay/outbound'
import { inTenant, type Sql, type TenantSql, tenantName } from '@assay/store'
import { cloudEvent } from './cloud-event.ts'
import { type DueDelivery, dueDeliveries, nextDueMs } from './due-deliveries.ts'
import { type DeliveryPayload, deliveryQueue } from './queue.ts'
import { keepQuiet, type Recorded, recordLost, recordOutcome } from './record-outcome.ts'
import { type Outcome, sendEvent } from './send-event.ts'
import { wakeWebhook } from './wake-webhook.ts'
import type { DisabledBecause } from './webhook.ts'
import { secretName } from './webhooks.ts'

interface DeliveryTools {
  readonly sql: Sql
  /** Networks that may be reached although they are not part of the internet. */
  readonly networks: readonly Network[]
  /** Opens the secrets that sign events. */
  readonly open: (name: string, sealed: SealedText) => Promise<string>
  /** Called with the result of each attempt. */
  readonly onOutcome?: (kind: Outcome['kind']) => void
  readonly onDisabled?: (tenantId: number, webhookId: string, because: DisabledBecause) => void
  /** The time limit of a request, from the connection to the last byte of the response; default 15 seconds. */
  readonly answerMs?: number
}

interface Task {
  readonly tenantId: number
  readonly webhookId: string
  readonly tenant: string
  readonly url: string
  readonly secret: SealedText
  /** The previous secret, while it signs too. */
  readonly previous: SealedText | null
  readonly isFailing: boolean
}

/** The time that Standard Webhooks recommends. */
const answerMs = 15_000
const answerBytes = 16 * 1024
/** The most concurrent requests to one receiver, each about another subject. */
const mostAtOnce = 4
const mostRead = 40
/** The longest turn of a webhook, so that other webhooks get their turns. */
const turnMs = 20_000
/** After this number of refusals without a success between them, the receiver gets no requests until the next attempt is due. */
const mostRefusals = 4
/** The pause after an event that is itself at fault: other events continue soon, however long it waits. */
const shortPauseMs = 5_000
/** The pause when a secret cannot be opened, or after an internal fault. */
const troubleMs = 5 * 60_000

/**
 * One turn of a webhook: it sends the due events, those of one subject one after the other, until there are no more, its time is over, or
 * the receiver does not accept them. Then the next turn is queued. An unreachable receiver delays only its own events.
 */
export function deliveryWork(tools: DeliveryTools) {
  const { sql } = tools
  return defineWork<DeliveryPayload, Task>({
    queue: deliveryQueue,
    title: 'The delivery of events',
    longestMs: 10 * 60_000,
    takeUp: (payload) => inTenant(sql, payload.tenantId, (scoped) => takeUp(scoped, payload)),
    run: async (task, { signal }) => {
      await new Turn(tools, task, signal).run()
      await inTenant(sql, task.tenantId, (scoped) => endTurn(scoped, task))
    },
    fail: ({ tenantId, webhookId }) =>
      inTenant(sql, tenantId, (scoped) => wakeWebhook(scoped, tenantId, webhookId, troubleMs)),
  })
}

/** Undefined when a later turn has replaced this one, and during a pause of the receiver. */
async function takeUp(sql: TenantSql, { tenantId, webhookId, turn }: DeliveryPayload): Promise<Task | undefined> {
  const [row] = await sql<
    { url: string; secret: SealedText; previous: SealedText | null; isFailing: boolean; isQuiet: boolean }[]
  >`
    update webhooks set due_at = null
    where id = ${webhookId} and turn = ${turn} and disabled_at is null
    returning url, secret, case when previous_secret_ends_at > now() then previous_secret end as previous,
      failing_since is not null as "isFailing", coalesce(quiet_until > now(), false) as "isQuiet"`
  if (row === undefined) return undefined
  if (row.isQuiet) {
    await wakeWebhook(sql, tenantId, webhookId)
    return undefined
  }
  const { url, secret, previous, isFailing } = row
  return { tenantId, webhookId, tenant: await tenantName(sql), url, secret, previous, isFailing }
}

async function endTurn(sql: TenantSql, { tenantId, webhookId }: Task): Promise<void> {
  const waitMs = await nextDueMs(sql, webhookId)
  if (waitMs !== undefined) await wakeWebhook(sql, tenantId, webhookId, waitMs)
}

/** The state of one turn. */
class Turn {
  readonly #tools: DeliveryTools
  readonly #task: Task
  readonly #signal: AbortSignal
  readonly #endsAt = performance.now() + turnMs
  #isOver = false
  #refusals = 0
  /** One request at first when the last request to the receiver failed. */
  #atOnce: number

  constructor(tools: DeliveryTools, task: Task, signal: AbortSignal) {
    this.#tools = tools
    this.#task = task
    this.#signal = signal
    this.#atOnce = task.isFailing ? 1 : mostAtOnce
  }

  async run(): Promise<void> {
    const secrets = await this.#secrets()
    if (secrets === undefined) return
    const limits = {
      connectMs: Math.min(10_000, this.#tools.answerMs ?? answerMs),
      idleMs: this.#tools.answerMs ?? answerMs,
      answerMs: this.#tools.answerMs ?? answerMs,
      answerBytes,
      clips: true,
      connections: mostAtOnce,
    }
    const client = new OutboundClient(new AddressGuard(this.#tools.networks), limits)
    const receiver = { url: new URL(this.#task.url), secrets }
    try {
      while (!this.#isOver && performance.now() < this.#endsAt) {
        const due = await this.#inTenant((sql) =>
          dueDeliveries(sql, this.#task.webhookId, this.#atOnce === 1 ? 1 : mostRead),
        )
        if (due.length === 0) return
        await this.#deliverAll(due, (delivery) => this.#deliver(client, receiver, delivery))
      }
    } finally {
      client.close()
    }
  }

  async #deliverAll(due: DueDelivery[], deliver: (delivery: DueDelivery) => Promise<void>): Promise<void> {
    const left = due.values()
    const lane = async () => {
      for (const delivery of left) {
        if (this.#isOver || performance.now() >= this.#endsAt) return
        await deliver(delivery)
      }
    }
    // All requests end before the turn does, even if one of them fails.
    const ended = await Promise.allSettled(Array.from({ length: this.#atOnce }, lane))
    for (const one of ended) if (one.status === 'rejected') throw one.reason
  }

  async #deliver(
    client: OutboundClient,
    receiver: Parameters<typeof sendEvent>[1],
    delivery: DueDelivery,
  ): Promise<void> {
    const { tenantId, webhookId, tenant } = this.#task
    const { entry } = delivery
    if (entry === undefined) {
      await this.#inTenant((sql) => recordLost(sql, webhookId, delivery))
      return
    }
    this.#signal.throwIfAborted()
    const outcome = await sendEvent(client, receiver, cloudEvent(entry, tenant), this.#signal)
    this.#tools.onOutcome?.(outcome.kind)
    const { disabled, isWithdrawn } = await this.#inTenant(async (sql) => {
      const recorded = await recordOutcome(sql, webhookId, delivery, outcome)
      const quietMs = this.#judge(outcome, recorded)
      if (quietMs !== undefined) await keepQuiet(sql, webhookId, quietMs)
      return recorded
    })
    if (isWithdrawn || disabled !== undefined) this.#isOver = true
    if (disabled === undefined) return
    this.#tools.onDisabled?.(tenantId, webhookId, disabled)
  }

  /** Whether the turn is over, and how long the receiver is paused then. */
  #judge(outcome: Outcome, { againMs, tookNothing }: Recorded): number | undefined {
    if (outcome.kind === 'delivered') {
      this.#refusals = 0
      this.#atOnce = mostAtOnce
      return undefined
    }
    this.#refusals++
    const asksForPause = outcome.kind !== 'unreachable' && outcome.retryAfterMs !== undefined
    if (outcome.kind !== 'unreachable' && !asksForPause && this.#refusals < mostRefusals) return undefined
    this.#isOver = true
    if (againMs === undefined || asksForPause || tookNothing) return againMs
    return Math.min(againMs, shortPauseMs)
  }

  /** Undefined when they cannot be opened: the webhook shows that, and is tried again. */
  async #secrets(): Promise<string[] | undefined> {
    const { webhookId, secret, previous } = this.#task
    const open = (sealed: SealedText) => this.#tools.open(secretName(webhookId), sealed)
    try {
      const inUse = await open(secret)
      if (previous === null) return [inUse]
      // After a change of the key the previous secret cannot be opened; the new one still signs.
      return await open(previous).then(
        (before) => [inUse, before],
        (error: unknown) => {
          if (error instanceof DomainError) return [inUse]
          throw error
        },
      )
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      await this.#inTenant(async (sql) => {
        await sql`
          update webhooks set failing_since = coalesce(failing_since, now()), last_failure = ${error.message}
          where id = ${webhookId}`
        await keepQuiet(sql, webhookId, troubleMs)
      })
      return undefined
    }
  }

  #inTenant<T>(work: (sql: TenantSql) => Promise<T>): Promise<T> {
    return inTenant(this.#tools.sql, this.#task.tenantId, work)
  }
}
