/** The reasons of requests that were refused before any work, with the descriptions in docs/metrics.md. */
export const refusalReasons = {
  token: 'the access token is missing, expired or not one of ours',
  rights: 'role or scopes of the client do not allow the call',
  token_request: 'a client failed to authenticate at a token endpoint',
  token_failures:
    'the client or its address failed too often at a token endpoint, or has too many waiting requests there',
  call_limit: 'the client has reached the number of calls that its API allows in a window of time',
  tenant_bound: 'the tenant has reached its limit of calls, uploads or jobs in progress',
  process_bound: 'the process has reached its limit of calls in progress',
  body_size: 'a message or body is larger than the limit',
  body_pace: 'a body arrived too slowly',
  draining: 'the process is stopping, and ended a running call',
} as const

export type RefusalReason = keyof typeof refusalReasons
