import { DirectoryService } from '@assay/contracts/assay/directory/v1/directory_service_pb'
import { useQuery } from '@connectrpc/connect-query'
import { keepPreviousData } from '@tanstack/react-query'

const mostFound = 20

/** People whose names begin with a text. */
export function usePeopleNamed(query: string) {
  return useQuery(
    DirectoryService.method.listIdentities,
    { query, pageSize: mostFound },
    { placeholderData: keepPreviousData },
  )
}

/** Applications whose names begin with a text. */
export function useApplicationsNamed(query: string) {
  return useQuery(
    DirectoryService.method.listApplications,
    { query, pageSize: mostFound },
    { placeholderData: keepPreviousData },
  )
}
