import { Counter, Gauge } from 'prom-client'
import { registry } from './registry.ts'

/** The numbers of a tenant's webhooks by state. */
interface WebhookState {
  readonly enabled: number
  readonly failing: number
  readonly disabled: number
  readonly waiting: number
}

let read: (() => Promise<readonly WebhookState[]>) | undefined

/** @param states returns the states of all tenants */
export function watchWebhooks(states: () => Promise<readonly WebhookState[]>): void {
  read = states
}

/** Counts an attempt to deliver an event. */
export function deliveryAttempt(outcome: string): void {
  attempts.inc({ outcome })
}

const attempts = new Counter({
  name: 'assay_webhook_attempts_total',
  help: 'Attempts to deliver events: `delivered`, `refused` (another status than 2xx), `gone` (410), `unreachable` (no valid response)',
  labelNames: ['outcome'],
  registers: [registry],
})

/** The gauges are read at the same time, from one query. When the database does not answer, they are missing. */
let asked: Promise<readonly WebhookState[]> | undefined

function readStates(): Promise<readonly WebhookState[]> {
  asked ??= (read?.() ?? Promise.resolve([]))
    .catch(() => [])
    .finally(() => {
      asked = undefined
    })
  return asked
}

const sumOf = (states: readonly WebhookState[], name: keyof WebhookState) =>
  states.reduce((sum, state) => sum + state[name], 0)

new Gauge({
  name: 'assay_webhooks',
  help: 'Webhooks by state: `enabled`, `failing` (enabled, and the newest attempt failed), `disabled` because of failures',
  labelNames: ['state'],
  registers: [registry],
  async collect() {
    const states = await readStates()
    for (const state of ['enabled', 'failing', 'disabled'] as const) this.set({ state }, sumOf(states, state))
  },
})
new Gauge({
  name: 'assay_webhook_deliveries_waiting',
  help: 'Events that wait for their first or their next attempt',
  registers: [registry],
  async collect() {
    this.set(sumOf(await readStates(), 'waiting'))
  },
})
