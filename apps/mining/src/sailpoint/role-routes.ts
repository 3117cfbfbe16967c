import {
  AccessProfilesService,
  CommonAccessService,
  RecommendationsService,
  RoleInsightsService,
  RolesService,
  SodService,
  TaskStatusService,
} from '@assay/contracts'
import type { ConnectRouter } from '@connectrpc/connect'
import type { ServiceContext } from '../service-context.ts'
import { accessProfilesService } from './access-profiles-service.ts'
import { commonAccessService } from './common-access-service.ts'
import { recommendationsService } from './recommendations-service.ts'
import { roleInsightsService } from './role-insights-service.ts'
import { rolesService } from './roles-service.ts'
import { sodService } from './sod-service.ts'
import { taskStatusService } from './task-status-service.ts'

/** SailPoint's services for roles and related objects. */
export function roleRoutes(router: ConnectRouter, service: ServiceContext): void {
  router.service(RolesService, rolesService(service))
  router.service(AccessProfilesService, accessProfilesService())
  router.service(SodService, sodService(service))
  router.service(TaskStatusService, taskStatusService(service))
  router.service(RoleInsightsService, roleInsightsService(service))
  router.service(CommonAccessService, commonAccessService(service))
  router.service(RecommendationsService, recommendationsService(service))
}
