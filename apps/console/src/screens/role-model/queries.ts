import type { CandidateSchema } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import {
  CandidateService,
  type ListCandidateEntitlementsResponse,
  type ListCandidateIdentitiesResponse,
} from '@assay/contracts/assay/candidate/v1/candidate_service_pb'
import {
  type ListRoleModelChangesResponse,
  RoleModelService,
} from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { useInfiniteQuery, useQuery } from '@connectrpc/connect-query'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { isRunning, lookEveryMs } from '../role-models/queries.ts'

const entitlementsOf = (page: ListCandidateEntitlementsResponse) => page.entitlements
const identitiesOf = (page: ListCandidateIdentitiesResponse) => page.identities

/** One model, requested again while it is being mined or brought to newer data. */
export function useRoleModel(roleModelId: string) {
  return useQuery(
    RoleModelService.method.getRoleModel,
    { roleModelId },
    {
      refetchInterval: ({ state: { data } }) =>
        data !== undefined && (isRunning(data) || data.revising) ? lookEveryMs : false,
    },
  )
}

/** The outline of the roles of a completed model. */
export function useOutline(roleModelId: string) {
  return useQuery(RoleModelService.method.getRoleModelOutline, { roleModelId }, { staleTime: Number.POSITIVE_INFINITY })
}

const changesOf = (page: ListRoleModelChangesResponse) => page.changes

/** What a revision changed of the roles. */
export function useRoleChanges(roleModelId: string, revision: number) {
  const query = useInfiniteQuery(
    RoleModelService.method.listRoleModelChanges,
    { roleModelId, revision, pageSize: 100, pageToken: '' },
    byPageToken,
  )
  return { ...query, ...usePages(query, changesOf) }
}

/** The fronts: the changes that fewer roles would cost. */
export function useFronts(roleModelId: string, isThere: boolean) {
  return useQuery(
    RoleModelService.method.getRoleFronts,
    { roleModelId },
    { enabled: isThere, staleTime: Number.POSITIVE_INFINITY },
  )
}

/** A role of a model, as calls about candidates name it. */
export function roleCandidate(roleModelId: string, number: number): MessageInitShape<typeof CandidateSchema> {
  return { source: { case: 'modelRole', value: { roleModelId, number } } }
}

export function useRoleEntitlements(roleModelId: string, number: number) {
  const query = useInfiniteQuery(
    CandidateService.method.listCandidateEntitlements,
    { candidate: roleCandidate(roleModelId, number), pageSize: 100, pageToken: '' },
    byPageToken,
  )
  return { ...query, ...usePages(query, entitlementsOf) }
}

export function useRolePeople(roleModelId: string, number: number) {
  const query = useInfiniteQuery(
    CandidateService.method.listCandidateIdentities,
    { candidate: roleCandidate(roleModelId, number), pageSize: 100, pageToken: '' },
    byPageToken,
  )
  return { ...query, ...usePages(query, identitiesOf) }
}
