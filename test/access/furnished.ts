import {
  ImportService,
  ProfileService,
  RoleMiningManagementService,
  RoleMiningService,
  RoleModelService,
} from '@assay/contracts'
import { RoleModel_State as ModelState } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { createClient } from '@connectrpc/connect'
import { expect } from 'vitest'
import { settled, startFurnishedPlatform } from '../platform/furnished.ts'
import { grpc, type TestPlatform } from '../platform/platform.ts'
import type { Ids } from './requests.ts'

/** A platform with one thing for every call to name, and where nothing goes on any more. */
export interface AccessPlatform extends TestPlatform {
  readonly ids: Ids
}

/** How many calls of one kind the tables hold things for. */
const pool = 12

export async function startAccessPlatform(): Promise<AccessPlatform> {
  // Tests call faster than any client may; what the limit does is held by the gateway's own tests.
  process.env.ASSAY_SAILPOINT_RATE_LIMIT = '0'
  const platform = await startFurnishedPlatform()
  try {
    const transport = grpc(platform.baseUrl, platform.admin)
    const mining = createClient(RoleMiningManagementService, transport)
    const profiles = createClient(ProfileService, transport)
    const imports = createClient(ImportService, transport)
    const models = createClient(RoleModelService, transport)
    const sessions = createClient(RoleMiningService, transport)

    const { id: analysis } = await mining.triggerCustomAnalysis({
      profileFilters: [{ attribute: 'department', values: ['Engineering'] }],
    })
    const { id: roleModel } = await models.startRoleModel({})
    const { id: session } = await sessions.createRoleMiningSessions({
      session: { name: 'Prepared', minNumIdentitiesInPotentialRole: 5 },
    })
    const plainProfiles = await Promise.all(
      Array.from({ length: 2 * pool + 1 }, (_, place) =>
        profiles.createAccessProfile({ accessProfile: { displayName: `Plain ${place}` } }),
      ),
    )
    const { id: openImport } = await imports.createImport({})
    await settled(platform)
    expect((await models.getRoleModel({ roleModelId: roleModel })).state).toBe(ModelState.COMPLETED)

    const { potentialRoles } = await sessions.getPotentialRoleSummaries({ sessionId: session })
    const [role, ...otherRoles] = potentialRoles.map(({ id }) => id)
    const { applications } = await sessions.getPotentialRoleApplications({ sessionId: session, potentialRoleId: role })
    const { entitlements } = await sessions.getEntitlementsPotentialRole({ sessionId: session, potentialRoleId: role })
    const exported = await sessions.exportRoleMiningPotentialRoleAsync({ sessionId: session, potentialRoleId: role })
    const { pendingTasks } = await profiles.listPendingTasks({ pageSize: pool + 1 })
    const { run } = await mining.getLatestRun({})
    await settled(platform)

    const [plainProfile, ...spareProfiles] = plainProfiles.map(({ id }) => id)
    const [task, ...spareTasks] = pendingTasks.map(({ id }) => id)
    return {
      ...platform,
      ids: {
        application: platform.ids.application,
        entitlement: platform.ids.entitlement,
        identity: platform.ids.identity,
        import: platform.ids.import,
        openImport,
        run: run?.id ?? '',
        suggestion: platform.ids.suggestion,
        analysis,
        profile: platform.ids.profile,
        plainProfile,
        task,
        roleModel,
        session,
        role,
        roleEntitlement: entitlements[0].entitlementRef?.id ?? '',
        source: applications[0].id,
        export: exported.exportId,
        takeProfile: () => spareProfiles.pop() ?? '',
        takeTask: () => spareTasks.pop() ?? '',
        takeRole: () => otherRoles.pop() ?? '',
      },
    }
  } catch (error) {
    await platform.stop()
    throw error
  }
}
