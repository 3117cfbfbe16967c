import { userIdOfClient } from '@assay/auth'
import { type Client, ClientService } from '@assay/contracts/assay/client/v1/client_service_pb'
import { ConnectError, createClient, type Transport } from '@connectrpc/connect'

/**
 * A line for each reviewer whose API clients all have a scope. An item that is not completely inside does not exist for such a reviewer, and
 * stays undecided unless another reviewer has it. The service does not refuse it, because scope and data may change.
 * @returns no lines when the clients cannot be read: the review is made, and this is only a hint
 */
export async function boundedReviewerLines(transport: Transport, reviewerIds: readonly string[]): Promise<string[]> {
  const clients = await clientsInUse(transport)
  return [...new Set(reviewerIds)].flatMap((id) => {
    const own = clients.filter((one) => [one.clientId, userIdOfClient(one.clientId), one.identityId].includes(id))
    const isBounded = own.length > 0 && own.every(({ readerScope }) => readerScope !== undefined)
    return isBounded ? [`! ${id} has a scope, and sees only the items that are completely inside it`] : []
  })
}

async function clientsInUse(transport: Transport): Promise<Client[]> {
  const service = createClient(ClientService, transport)
  const found: Client[] = []
  try {
    for (let pageToken = ''; ; ) {
      const page = await service.listClients({ pageSize: 100, pageToken })
      found.push(...page.clients.filter(({ revokeTime }) => revokeTime === undefined))
      if (page.nextPageToken === '') return found
      pageToken = page.nextPageToken
    }
  } catch (error) {
    if (error instanceof ConnectError) return []
    throw error
  }
}
