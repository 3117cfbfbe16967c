import { userIdFromRow } from '@assay/auth'
import {
  RoleFront_Changes as Changes,
  type RoleFront as FrontMessage,
  RoleFrontSchema,
  RoleFront_Stop as Stop,
} from '@assay/contracts/assay/rolemodel/v1/role_front_pb'
import {
  MiningPhase,
  Objective,
  type RoleModel,
  RoleModelSchema,
  RoleModelSettingsSchema,
  type StartRoleModelRequest,
  RoleModel_State as State,
} from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import type { EntitlementDetails, EntitlementReference } from '@assay/directory'
import { invalidArgument } from '@assay/errors'
import type { getRoleFronts, RoleModelRecord, RoleModelRequest, roleModelOutline, StoredRole } from '@assay/role-mining'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'

const states: Readonly<Record<RoleModelRecord['state'], State>> = {
  running: State.RUNNING,
  completed: State.COMPLETED,
  failed: State.FAILED,
}

type ObjectiveName = NonNullable<RoleModelRequest['objective']>

const objectives: Readonly<Record<ObjectiveName, Objective>> = {
  fewest_roles: Objective.FEWEST_ROLES,
  least_complexity: Objective.LEAST_COMPLEXITY,
  least_description: Objective.LEAST_DESCRIPTION,
}

/** @throws invalid_argument for an unknown objective, and for missing members of constraints */
export function fromStartRequest({
  objective,
  prices,
  constraints,
  seed,
  includeFronts,
}: StartRoleModelRequest): RoleModelRequest {
  const pairs = constraints?.forbiddenPairs ?? []
  return {
    objective: objectiveOf(objective),
    seed,
    includesFronts: includeFronts,
    // Undefined members must be absent, since an explicit undefined would also replace the default.
    prices: prices && {
      ...(prices.role !== undefined && { role: prices.role }),
      ...(prices.membership !== undefined && { membership: prices.membership }),
      ...(prices.entitlement !== undefined && { entitlement: prices.entitlement }),
      ...(prices.missing !== undefined && { missing: prices.missing }),
      ...(prices.added !== undefined && { added: prices.added }),
    },
    limits: {
      maxRolesPerIdentity: constraints?.maxRolesPerIdentity,
      maxIdentitiesPerRole: constraints?.maxIdentitiesPerRole,
      maxEntitlementsPerRole: constraints?.maxEntitlementsPerRole,
      overGrantBudget: constraints?.overGrantBudget,
    },
    forbiddenPairs: pairs.map(({ first, second }, index) => {
      const field = `constraints.forbidden_pairs[${index}]`
      return [given(`${field}.first`, first), given(`${field}.second`, second)] as const
    }),
    keptRoles: constraints?.keptRoles,
  }
}

function given(field: string, name: EntitlementReference | undefined): EntitlementReference {
  if (name === undefined) throw invalidArgument(field, 'is required')
  return name
}

function objectiveOf(objective: Objective): ObjectiveName | undefined {
  if (objective === Objective.UNSPECIFIED) return undefined
  for (const name of Object.keys(objectives) as ObjectiveName[]) if (objectives[name] === objective) return name
  throw invalidArgument('objective', `there is no objective ${objective}`)
}

const phases: Readonly<Record<NonNullable<RoleModelRecord['progress']>['phase'], MiningPhase>> = {
  reduce: MiningPhase.REDUCE,
  drop_implied: MiningPhase.DROP_IMPLIED,
  cover: MiningPhase.COVER,
  bound: MiningPhase.BOUND,
  search: MiningPhase.SEARCH,
  describe: MiningPhase.DESCRIBE,
  limits: MiningPhase.LIMITS,
  verify: MiningPhase.VERIFY,
}

export function toRoleModelMessage(model: RoleModelRecord): RoleModel {
  const { progress, figures, bound, endedAt, revising, revision, lastRevision, follows } = model
  return create(RoleModelSchema, {
    id: model.id,
    state: states[model.state],
    objective: objectives[model.settings.objective],
    ...(progress && { progress: { ...progress, phase: phases[progress.phase] } }),
    ...(figures && {
      figures: {
        roles: figures.roles,
        memberships: BigInt(figures.memberships),
        entitlementLinks: BigInt(figures.entitlementLinks),
        complexity: BigInt(figures.complexity),
        descriptionLength: figures.descriptionLength,
        grants: BigInt(figures.grants),
        missing: BigInt(figures.missing),
        added: BigInt(figures.added),
      },
    }),
    ...(bound && {
      bound: {
        roles: bound.roles,
        incompatibleGrants: bound.incompatibleGrants,
        provenBySearch: bound.provenBySearch,
        keptRoles: bound.kept,
        isFewest: bound.isFewest,
        cutPhase: bound.cutPhase === undefined ? MiningPhase.UNSPECIFIED : phases[bound.cutPhase],
      },
    }),
    errorMessage: model.errorMessage,
    importId: model.importId,
    createdBy: userIdFromRow(model.createdBy),
    createTime: timestampFromDate(model.createdAt),
    ...(endedAt && { endTime: timestampFromDate(endedAt) }),
    revising,
    revision,
    follows,
    ...(lastRevision && {
      lastRevision: {
        importId: lastRevision.importId,
        joiners: lastRevision.joiners,
        movers: lastRevision.movers,
        leavers: lastRevision.leavers,
        newEntitlements: lastRevision.newEntitlements,
        rolesBefore: lastRevision.rolesBefore,
        rolesMade: lastRevision.made,
        rolesChanged: lastRevision.changed,
        rolesDropped: lastRevision.dropped,
        reviseTime: timestampFromDate(new Date(lastRevision.revisedAt)),
      },
    }),
    settings: toSettingsMessage(model.settings),
  })
}

function toSettingsMessage(settings: RoleModelRecord['settings']) {
  const { prices, seed, includesFronts = false, limits, forbiddenPairs, keptRoles } = settings
  return create(RoleModelSettingsSchema, {
    prices: { ...prices, added: prices.added ?? Number.POSITIVE_INFINITY },
    seed,
    includeFronts: includesFronts,
    ...limits,
    forbiddenPairCount: forbiddenPairs.length,
    keptRoleCount: keptRoles.length,
  })
}

export function toOutlineMessage(outline: Awaited<ReturnType<typeof roleModelOutline>>) {
  return {
    roles: outline.roles.map(({ soleGrants, addedGrants, ...role }) => ({
      ...role,
      ...counted({ soleGrants, addedGrants }),
    })),
    otherRoleCount: outline.otherRoles,
    otherGrantCount: BigInt(outline.otherGrants),
  }
}

/** The counts are null in models that were mined before Assay counted them. */
function counted({ soleGrants, addedGrants }: Pick<StoredRole, 'soleGrants' | 'addedGrants'>) {
  return {
    ...(soleGrants !== null && { soleGrantCount: soleGrants }),
    ...(addedGrants !== null && { addedGrantCount: addedGrants }),
  }
}

export function toRoleMessage(role: StoredRole, entitlements: ReadonlyMap<number, EntitlementDetails>) {
  return {
    number: role.number,
    identityCount: role.identityCount,
    kept: role.kept,
    ...counted(role),
    entitlements: role.entitlementKeys.flatMap((key) => {
      const details = entitlements.get(key)
      if (details === undefined) return []
      const { applicationId, id, displayName } = details
      return [{ applicationId, entitlementId: id, displayName }]
    }),
  }
}

type RoleFront = Awaited<ReturnType<typeof getRoleFronts>>[number]

const frontChanges: Readonly<Record<RoleFront['changes'], Changes>> = {
  remove: Changes.REMOVE,
  add: Changes.ADD,
  both: Changes.BOTH,
}

const frontStops: Readonly<Record<NonNullable<RoleFront['stoppedBy']>, Stop>> = {
  work_budget: Stop.WORK_BUDGET,
  too_many_cells: Stop.TOO_MANY_CELLS,
}

export function toFrontMessage({ changes, points, isExact, stoppedBy }: RoleFront): FrontMessage {
  return create(RoleFrontSchema, {
    changes: frontChanges[changes],
    isExact,
    stop: stoppedBy === undefined ? Stop.UNSPECIFIED : frontStops[stoppedBy],
    points: points.map(({ roles, missing, added, atLeast }) => ({
      roles,
      missing: BigInt(missing),
      added: BigInt(added),
      atLeast: BigInt(atLeast),
    })),
  })
}
