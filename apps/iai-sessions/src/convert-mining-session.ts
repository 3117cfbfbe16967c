import { userIdFromRow } from '@assay/auth'
import {
  MiningSession_Kind as Kind,
  type MiningSession,
  MiningSessionSchema,
  PotentialRoleSummarySchema,
  PotentialRoleSummary_State as RoleState,
  type SessionPopulation,
  MiningSession_State as State,
} from '@assay/contracts/assay/session/v1/mining_session_pb'
import { invalidArgument } from '@assay/errors'
import {
  mostNameCharacters,
  type PatchOperation,
  type PotentialRoleSummary,
  populationWarning,
  type RequestedScope,
  type Session,
  type SessionRequest,
} from '@assay/role-sessions'
import { create } from '@bufbuild/protobuf'
import { type FieldMask, timestampFromDate } from '@bufbuild/protobuf/wkt'

const mostFilters = 50
const mostValues = 1_000
const mostPeople = 1_000_000
const usualFewestPeople = 20

/** @throws invalid_argument naming the wrong filter */
export function fromPopulation(
  population: SessionPopulation | undefined,
  field = 'population',
): RequestedScope | undefined {
  if (population === undefined) return undefined
  const { filters, identityIds, criteria } = population
  if (filters.length > mostFilters)
    throw invalidArgument(`${field}.filters`, `has ${filters.length} filters, the most is ${mostFilters}`)
  return {
    identityIds,
    criteria,
    attributeFilterCriteria: filters.map(({ attribute, values }, place) => {
      const path = `${field}.filters[${place}]`
      if (attribute.trim() === '') throw invalidArgument(`${path}.attribute`, 'must be the key of an attribute')
      if (values.length === 0 || values.length > mostValues)
        throw invalidArgument(`${path}.values`, `must be 1 to ${mostValues} values, they are ${values.length}`)
      return { data: { name: attribute, operator: 'EQUALS', values } }
    }),
  }
}

/** @throws invalid_argument naming the wrong member */
export function fromSession(session: MiningSession | undefined): SessionRequest {
  if (session === undefined) throw invalidArgument('session', 'is required; {} means all people')
  checkSettings(session)
  return {
    name: session.displayName,
    type: typeOf(session.kind),
    scope: fromPopulation(session.population, 'session.population'),
    pruneThreshold: session.tightness,
    minIdentities: session.fewestPeople || usualFewestPeople,
    saved: session.kept,
  }
}

const patches: Readonly<Record<string, (session: MiningSession) => PatchOperation>> = {
  display_name: ({ displayName }) => ({ op: 'replace', path: '/name', value: displayName.trim() || null }),
  tightness: ({ tightness }) => ({ op: 'replace', path: '/pruneThreshold', value: tightness ?? null }),
  fewest_people: ({ fewestPeople }) => ({
    op: 'replace',
    path: '/minNumIdentitiesInPotentialRole',
    value: fewestPeople || usualFewestPeople,
  }),
  kept: ({ kept }) => ({ op: 'replace', path: '/saved', value: kept }),
}

/**
 * The changes that a mask names; without a mask, the members that have a value in the session.
 * @throws invalid_argument when nothing would change, for a mask with other paths, and for invalid values
 */
export function fromSessionChange(session: MiningSession, mask: FieldMask | undefined): PatchOperation[] {
  const paths = mask?.paths.length ? mask.paths : pathsWithValues(session)
  if (paths.length === 0) throw invalidArgument('update_mask', `must name some of ${Object.keys(patches).join(', ')}`)
  checkSettings(session)
  return [...new Set(paths)].map((path) => {
    const patch = Object.hasOwn(patches, path) ? patches[path] : undefined
    if (patch === undefined)
      throw invalidArgument(
        'update_mask',
        `"${path}" cannot be changed; name some of ${Object.keys(patches).join(', ')}`,
      )
    return patch(session)
  })
}

function pathsWithValues({ displayName, tightness, fewestPeople, kept }: MiningSession): string[] {
  const values = { display_name: displayName, tightness: tightness !== undefined, fewest_people: fewestPeople, kept }
  return Object.entries(values).flatMap(([path, value]) => (value ? [path] : []))
}

function checkSettings({ displayName, tightness, fewestPeople }: MiningSession): void {
  const { length } = [...displayName]
  if (length > mostNameCharacters)
    throw invalidArgument(
      'session.display_name',
      `must have at most ${mostNameCharacters} characters, it has ${length}`,
    )
  if (tightness !== undefined && (tightness < 0 || tightness > 100))
    throw invalidArgument('session.tightness', `must be from 0 to 100, it is ${tightness}`)
  if (fewestPeople < 0 || fewestPeople > mostPeople)
    throw invalidArgument('session.fewest_people', `must be from 1 to ${mostPeople}, it is ${fewestPeople}`)
}

function typeOf(kind: Kind): SessionRequest['type'] {
  if (kind === Kind.UNSPECIFIED) return undefined
  if (kind === Kind.SPECIALIZED) return 'SPECIALIZED'
  if (kind === Kind.COMMON) return 'COMMON'
  throw invalidArgument('session.kind', `there is no kind ${kind}`)
}

const states: Readonly<Record<Session['state'], State>> = {
  CREATED: State.WAITING,
  UPDATED: State.WAITING,
  IDENTITIES_OBTAINED: State.RUNNING,
  PRUNE_THRESHOLD_OBTAINED: State.RUNNING,
  POTENTIAL_ROLES_PROCESSING: State.RUNNING,
  POTENTIAL_ROLES_CREATED: State.COMPLETED,
  FAILED: State.FAILED,
}

export function toSession(session: Session): MiningSession {
  const { state, scope } = session
  return create(MiningSessionSchema, {
    id: session.id,
    displayName: session.name ?? '',
    kind: Kind[session.type],
    population: {
      filters: filtersOf(scope.attributeFilterCriteria ?? []),
      identityIds: [...scope.identityIds],
      criteria: scope.criteria ?? '',
    },
    ...(session.pruneThreshold !== null && { tightness: session.pruneThreshold }),
    fewestPeople: session.minIdentities,
    kept: session.saved,
    state: states[state],
    errorMessage: state === 'FAILED' ? session.errorMessage : (populationWarning(session) ?? ''),
    peopleCount: session.identityCount,
    potentialRoleCount: session.potentialRoleCount,
    readyRoleCount: session.potentialRolesReadyCount,
    ...(session.prescribedPruneThreshold !== null && { prescribedTightness: session.prescribedPruneThreshold }),
    tightnessCurve: session.tightnessCurve.map(({ tightness, memberships, missingGrants }) => ({
      tightness,
      membershipCount: memberships,
      gainCount: BigInt(missingGrants),
    })),
    automatic: session.scopingMethod === 'AUTO_RM',
    createdBy: session.createdById === null ? '' : userIdFromRow(session.createdById),
    createTime: timestampFromDate(session.createdAt),
    updateTime: timestampFromDate(session.modifiedAt),
  })
}

/** The filters were validated before they were stored. */
function filtersOf(stored: readonly unknown[]) {
  return stored.map((filter) => {
    const { name = '', values = [] } = (filter as { data?: { name?: string; values?: readonly string[] } }).data ?? {}
    return { attribute: name, values: [...values] }
  })
}

const roleStates: Readonly<Record<PotentialRoleSummary['provisionState'], RoleState>> = {
  POTENTIAL: RoleState.OPEN,
  PENDING: RoleState.PENDING,
  COMPLETE: RoleState.PROVISIONED,
  FAILED: RoleState.FAILED,
}

export function toRoleSummary(role: PotentialRoleSummary) {
  return create(PotentialRoleSummarySchema, {
    id: role.id,
    displayName: role.name,
    peopleCount: role.identityCount,
    entitlementCount: role.entitlementCount,
    density: role.density,
    quality: role.quality,
    kept: role.saved,
    state: role.dismissed ? RoleState.DISMISSED : roleStates[role.provisionState],
    accessProfileId: role.roleId ?? '',
  })
}
