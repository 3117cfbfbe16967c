import { identityStatuses, identityTypes, MiningError, type Snapshot } from '@assay/mining'
import type { CompiledPolicies } from '@assay/policies'
import {
  type AccessRows,
  mineRoleModel,
  type RoleModelHooks,
  type RoleModelSettings,
  roleContributions,
} from '@assay/role-model'
import { type AllowedRole, figuresUnderPolicies, ModelPolicing, type ModelRole } from './model-policies.ts'
import type { StoredSettings } from './role-model-request.ts'
import type { MinedModel } from './role-models.ts'

/**
 * Mines a model from the enabled people's access, by keys of the directory, under the policies in force.
 * @throws what `mineRoleModel` throws
 */
export function mineStoredModel(
  snapshot: Snapshot,
  stored: StoredSettings,
  hooks: RoleModelHooks,
  policies?: CompiledPolicies | undefined,
): MinedModel {
  const { persons, access } = enabledPeople(snapshot)
  const settings = byOrdinals(snapshot, persons, stored)
  const policing = policies && new ModelPolicing(snapshot, policies, persons)
  policing?.requireKept(settings.constraints?.keptRoles ?? [])
  const model =
    policing === undefined
      ? mineRoleModel(access, settings, hooks)
      : mineRoleModel(policing.masked(access), withSets(settings, policing), hooks)
  const { figures, bound, isFewest, cutPhase } = model
  const storedBound = {
    roles: bound.roles,
    incompatibleGrants: bound.incompatible.identity.length,
    provenBySearch: bound.provenBySearch,
    kept: bound.kept,
    isFewest,
    ...(cutPhase !== undefined && { cutPhase }),
  }
  const incompatible = {
    identityKeys: Array.from(bound.incompatible.identity, (person) => snapshot.identityKey[persons[person]!]!),
    entitlementKeys: Array.from(bound.incompatible.entitlement, (one) => snapshot.entitlementKey[one]!),
  }
  const inKeys = (roles: readonly ModelRole[]) => {
    const contributions = roleContributions(access, roles)
    const toKeys = rolesInKeys(snapshot, persons)
    return roles.map((role, index) => ({ ...toKeys(role), ...contributions[index]! }))
  }
  if (policing === undefined) return { roles: inKeys(model.roles), figures, bound: storedBound, incompatible }
  const { roles, refused } = policing.cut(model.roles)
  const prices = { ...stored.prices, added: stored.prices.added ?? Number.POSITIVE_INFINITY }
  return {
    roles: inKeys(roles),
    figures: figuresUnderPolicies(access, roles, figures, prices),
    bound: { ...storedBound, isFewest: isFewest && refused === 0 },
    incompatible,
    policies: policing.report(roles, refused),
  }
}

function withSets(settings: RoleModelSettings, { forbiddenSets }: ModelPolicing): RoleModelSettings {
  return { ...settings, constraints: { ...settings.constraints, forbiddenSets } }
}

function rolesInKeys({ identityKey, entitlementKey }: Snapshot, persons: Uint32Array) {
  return ({ identities, entitlements, kept, ...more }: ModelRole & Partial<Pick<AllowedRole, 'leftOut'>>) => ({
    identityKeys: Array.from(identities, (person) => identityKey[persons[person]!]!),
    entitlementKeys: Array.from(entitlements, (entitlement) => entitlementKey[entitlement]!),
    kept: kept >= 0,
    leftOut: more.leftOut ?? [],
  })
}

/** The rows of the enabled people, numbered from 0; entitlements keep their ordinals. */
export function enabledPeople(snapshot: Snapshot): { persons: Uint32Array; access: AccessRows } {
  const { identityStatus, identityType, rowOffset, rowEntitlement } = snapshot
  const persons = Uint32Array.from(
    [...identityStatus.keys()].filter(
      (identity) =>
        identityStatus[identity] === identityStatuses.enabled && identityType[identity] === identityTypes.human,
    ),
  )
  const offsets = new Uint32Array(persons.length + 1)
  persons.forEach((identity, person) => {
    offsets[person + 1] = offsets[person]! + rowOffset[identity + 1]! - rowOffset[identity]!
  })
  const held = new Uint32Array(offsets[persons.length]!)
  persons.forEach((identity, person) => {
    held.set(rowEntitlement.subarray(rowOffset[identity], rowOffset[identity + 1]), offsets[person])
  })
  const access = {
    identityCount: persons.length,
    entitlementCount: snapshot.entitlementCount,
    rowOffset: offsets,
    rowEntitlement: held,
  }
  return { persons, access }
}

function byOrdinals(snapshot: Snapshot, persons: Uint32Array, stored: StoredSettings): RoleModelSettings {
  const { limits, forbiddenPairs, keptRoles, prices, objective, seed } = stored
  const entitlements = new Map(Array.from(snapshot.entitlementKey, (key, ordinal) => [key, ordinal]))
  const people = new Map(Array.from(persons, (identity, person) => [snapshot.identityKey[identity]!, person]))
  return {
    objective,
    seed,
    prices: { ...prices, added: prices.added ?? Number.POSITIVE_INFINITY },
    constraints: {
      ...limits,
      // Nobody holds an entitlement that was removed since the start, so no role can contain it together with another.
      forbiddenPairs: forbiddenPairs.flatMap(([first, second]) => {
        const pair = [entitlements.get(first), entitlements.get(second)] as const
        return pair[0] === undefined || pair[1] === undefined ? [] : [[pair[0], pair[1]] as const]
      }),
      keptRoles: keptRoles.map((role, index) => {
        const find = (known: ReadonlyMap<number, number>, keys: readonly number[], what: string) =>
          keys.map((key) => known.get(key) ?? gone(`constraints.keptRoles[${index}].${what}`, what))
        return {
          entitlements: find(entitlements, role.entitlements, 'entitlements'),
          ...(role.identities && { identities: find(people, role.identities, 'identities') }),
        }
      }),
    },
  }
}

function gone(field: string, what: string): never {
  const expected = what === 'identities' ? 'enabled people only' : 'entitlements of the access data in force'
  throw new MiningError('bad_settings', field, expected, 'another one')
}
