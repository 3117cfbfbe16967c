import { identityStatuses, identityTypes, MiningError, type Snapshot } from '@assay/mining'
import { type AccessRows, mineRoleModel, type RoleModelHooks, type RoleModelSettings } from '@assay/role-model'
import type { StoredSettings } from './role-model-request.ts'
import type { MinedModel } from './role-models.ts'

/** Mines a model of the enabled people's access, by keys of the directory. Throws what `mineRoleModel` throws. */
export function mineStoredModel(snapshot: Snapshot, stored: StoredSettings, hooks: RoleModelHooks): MinedModel {
  const { persons, access } = enabledPeople(snapshot)
  const { identityKey, entitlementKey } = snapshot
  const model = mineRoleModel(access, byOrdinals(snapshot, persons, stored), hooks)
  const { roles, figures, bound, isFewest, cutPhase } = model
  return {
    roles: roles.map(({ identities, entitlements, kept }) => ({
      identityKeys: Array.from(identities, (person) => identityKey[persons[person]]),
      entitlementKeys: Array.from(entitlements, (entitlement) => entitlementKey[entitlement]),
      kept: kept >= 0,
    })),
    figures,
    bound: {
      roles: bound.roles,
      incompatibleGrants: bound.incompatible.identity.length,
      provenBySearch: bound.provenBySearch,
      kept: bound.kept,
      isFewest,
      ...(cutPhase !== undefined && { cutPhase }),
    },
  }
}

/** The rows of those who are enabled and human, numbered from 0; entitlements keep their ordinals. */
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
    offsets[person + 1] = offsets[person] + rowOffset[identity + 1] - rowOffset[identity]
  })
  const held = new Uint32Array(offsets[persons.length])
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
  const people = new Map(Array.from(persons, (identity, person) => [snapshot.identityKey[identity], person]))
  return {
    objective,
    seed,
    prices: { ...prices, added: prices.added ?? Number.POSITIVE_INFINITY },
    constraints: {
      ...limits,
      // What is gone since the start is held by nobody, so that no role can hold it with another.
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
