import {
  type ListRoleModelsResponse,
  type RoleModel,
  RoleModelService,
  RoleModel_State as State,
} from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { useInfiniteQuery, useMutation } from '@connectrpc/connect-query'
import { queryClient, sentenceOf } from '../../shell/calls.ts'
import { byPageToken, usePages } from '../../shell/pages.ts'
import { showToast } from '../../shell/toast.tsx'

const modelsOf = (page: ListRoleModelsResponse) => page.roleModels

/** The interval between requests for a model that is being mined. */
export const lookEveryMs = 1_000

/** The stored models, the newest first; requested again while one is being mined. */
export function useRoleModels() {
  const query = useInfiniteQuery(
    RoleModelService.method.listRoleModels,
    { pageSize: 50, pageToken: '' },
    {
      ...byPageToken,
      refetchInterval: ({ state: { data } }) =>
        data?.pages.some(({ roleModels }) => roleModels.some(isRunning)) ? lookEveryMs : false,
    },
  )
  return { ...query, ...usePages(query, modelsOf) }
}

export function isRunning({ state }: RoleModel): boolean {
  return state === State.RUNNING
}

export function useStartRoleModel() {
  return useMutation(RoleModelService.method.startRoleModel, {
    onSuccess: refreshRoleModels,
    onError: (error) => showToast(sentenceOf(error)),
  })
}

export function useCancelRoleModel() {
  return useMutation(RoleModelService.method.cancelRoleModel, {
    onSuccess: refreshRoleModels,
    onError: (error) => showToast(sentenceOf(error)),
  })
}

const ofModels = { queryKey: ['connect-query', { serviceName: RoleModelService.typeName }] }

export async function refreshRoleModels(): Promise<void> {
  await queryClient.invalidateQueries(ofModels)
}

/** After a deletion: the next screen requests its data again, and the page of the deleted object does not. */
export async function forgetRoleModels(): Promise<void> {
  await queryClient.invalidateQueries({ ...ofModels, refetchType: 'none' })
}
