/**
 * Prints the best candidates that wait for a decision, with what each would change, by gRPC and a generated client.
 *
 *     node best-candidates.ts               the three best
 *     node best-candidates.ts accept ID     makes an access profile of one
 */
import { createClient, type Interceptor } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { InboxService, InboxState } from './clients/typescript/assay/candidate/v1/inbox_service_pb.js'

const { ASSAY_URL: baseUrl = 'http://127.0.0.1:8080', ASSAY_CLIENT_ID = '', ASSAY_CLIENT_SECRET = '' } = process.env

/** OAuth 2.0 client credentials; a token lives an hour. */
async function fetchToken(): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: ASSAY_CLIENT_ID,
    client_secret: ASSAY_CLIENT_SECRET,
  })
  const answer = await fetch(`${baseUrl}/auth/v1/token`, { method: 'POST', body })
  if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { access_token: string }).access_token
}

const token = await fetchToken()
const withToken: Interceptor = (next) => (request) => {
  request.header.set('authorization', `Bearer ${token}`)
  return next(request)
}
const inbox = createClient(InboxService, createGrpcTransport({ baseUrl, interceptors: [withToken] }))

const [command, id = ''] = process.argv.slice(2)
if (command === 'accept') {
  const { etag } = await inbox.getInboxCandidate({ candidateId: id })
  // The etag says what was read: if somebody changed it meanwhile, nothing is decided.
  const outcome = { case: 'accept' as const, value: {} }
  const { results } = await inbox.batchDecide({ decisions: [{ candidateId: id, etag, outcome }] })
  const result = results[0]?.outcome
  if (result?.case !== 'candidate') throw new Error(result?.value?.message)
  console.log(result.value.accessProfileId)
} else {
  const { candidates } = await inbox.listInboxCandidates({ states: [InboxState.OPEN], pageSize: 3 })
  for (const { displayName, peopleCount, entitlementCount, gainCount, id } of candidates)
    console.log(`${displayName}: ${peopleCount} people, ${entitlementCount} entitlements, ${gainCount} gains (${id})`)
}
