import { ClientService, type ListClientsResponse } from '@assay/contracts/assay/client/v1/client_service_pb'
import { useInfiniteQuery, useMutation } from '@connectrpc/connect-query'
import { queryClient, sentenceOf } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { showToast } from '../../shell/toast.tsx'

const clientsOf = (page: ListClientsResponse) => page.clients

/** The API clients of the tenant, the oldest first. */
export function useClients(mayAsk: boolean) {
  const query = useInfiniteQuery(
    ClientService.method.listClients,
    { pageSize: 100, pageToken: '' },
    { ...byPageToken, enabled: mayAsk },
  )
  return { ...query, ...usePages(query, clientsOf) }
}

const said = { onError: (error: unknown) => showToast(sentenceOf(error)), onSettled: refreshClients }

export function useMakeClient() {
  return useMutation(ClientService.method.createClient, said)
}

/** @param onSuccess runs also when the question that made the call is closed by then */
export function useScopeClient(onSuccess: () => void) {
  return useMutation(ClientService.method.scopeClient, { ...said, onSuccess })
}

export function useRevokeClient() {
  return useMutation(ClientService.method.revokeClient, said)
}

async function refreshClients(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName: ClientService.typeName }] })
}
