/** The states of listed deliveries, by their words in addresses. */
export const stateNames = ['all', 'waiting', 'failed', 'delivered'] as const
export type StateName = (typeof stateNames)[number]

/** The search parameters in the address of a webhook. */
interface WebhookSearch {
  readonly state?: Exclude<StateName, 'all'> | undefined
}

export function readWebhookSearch({ state }: Record<string, unknown>): WebhookSearch {
  return state === 'waiting' || state === 'failed' || state === 'delivered' ? { state } : {}
}
