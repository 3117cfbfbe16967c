/** Why a request was refused without being worked on, with the words of docs/metrics.md. */
export const refusalReasons = {
  token: 'the access token is missing, expired or not one of ours',
  rights: 'role or scopes of the client do not open the call',
  token_request: 'a client did not prove itself at a token endpoint',
  token_failures: 'the client or its address failed too often at a token endpoint, or waits there too often',
  call_limit: 'the client has made as many calls as its API allows in a window of time',
  tenant_bound: 'the tenant has as many calls, uploads or jobs under way as it may',
  process_bound: 'the process has as many calls under way as it takes',
  body_size: 'a message or body is larger than the limit',
  body_pace: 'a body came too slowly',
  draining: 'the process stops, and ended a call that was still running',
} as const

export type RefusalReason = keyof typeof refusalReasons
