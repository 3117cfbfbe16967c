/** Webhooks of one tenant, or of several. */
interface WebhookCounts {
  readonly enabled: number
  readonly failing: number
  readonly disabled: number
  readonly waiting: number
}

/** The webhooks of all tenants in one line, in words that fit every number. They are fine when none fails or was disabled by failures. */
export function describeWebhooks(states: readonly WebhookCounts[]): { says: string; areFine: boolean } {
  const sum = (name: keyof WebhookCounts) => states.reduce((total, state) => total + state[name], 0)
  return {
    says: `enabled: ${sum('enabled')}, of these failing: ${sum('failing')}; disabled because of failures: ${sum('disabled')}; waiting events: ${sum('waiting')}`,
    areFine: sum('failing') + sum('disabled') === 0,
  }
}
