import { itemAt } from '@assay/errors'
import { MiningError, type Snapshot } from '@assay/mining'
import type { CompiledPolicies } from '@assay/policies'
import {
  type AccessEvent,
  type AccessRows,
  eventsBetween,
  LivingRoleModel,
  type RoleChange,
  roleChanges,
  roleContributions,
} from '@assay/role-model'
import { KeyNumbers, multipliedOut, renumbered } from './key-numbers.ts'
import { enabledPeople } from './mine-stored-model.ts'
import { figuresUnderPolicies, ModelPolicing } from './model-policies.ts'
import type { RevisedModel, StandingModel, StoredRoleChange } from './revised-model.ts'
import type { StoredSettings } from './role-model-request.ts'

/** A model in revision holds every grant twice, in sets. */
const mostGrants = 2_000_000

/**
 * Revises an exact model for the access of a snapshot; the grants of its roles are the earlier access.
 * @throws MiningError `bad_settings` for more than `mostGrants` grants, and when the policies in force do not allow a role of the revised
 * model
 */
export function reviseStoredModel(
  snapshot: Snapshot,
  standing: StandingModel,
  settings: StoredSettings,
  policies?: CompiledPolicies | undefined,
): RevisedModel {
  const { persons, access } = enabledPeople(snapshot)
  // The earlier access is computed from the roles as well.
  const grants = Math.max(access.rowEntitlement.length, standing.figures.grants)
  if (grants > mostGrants) {
    throw new MiningError(
      'bad_settings',
      'grants',
      `${mostGrants} at most to revise a model (mine another one)`,
      grants,
    )
  }
  const people = new KeyNumbers(
    standing.roles.map(({ identityKeys }) => identityKeys),
    Array.from(persons, (identity) => itemAt(snapshot.identityKey, identity)),
  )
  const entitlements = new KeyNumbers(
    standing.roles.map(({ entitlementKeys }) => entitlementKeys),
    [...snapshot.entitlementKey],
  )
  const roles = standing.roles.map(({ number, identityKeys, entitlementKeys }) => ({
    number,
    identities: people.of(identityKeys),
    entitlements: entitlements.of(entitlementKeys),
  }))
  const before = multipliedOut(roles, people.count, entitlements.count)
  const after = renumbered(access, people, entitlements, snapshot, persons)
  const incompatible = {
    identity: Uint32Array.from(people.of(standing.incompatible.identityKeys)),
    entitlement: Uint32Array.from(entitlements.of(standing.incompatible.entitlementKeys)),
  }
  const living = new LivingRoleModel(before, {
    roles,
    bound: { incompatible },
    nextNumber: standing.lastRoleNumber + 1,
  })
  const events = eventsBetween(before, after)
  const { steps, atLeast } = living.applyAll(events)
  const revised = living.roles()
  const changes = roleChanges(steps, events, revised)
  const bound = living.bound()
  const prices = { ...settings.prices, added: settings.prices.added ?? Number.POSITIVE_INFINITY }
  const counted = revised.map((role) => ({
    identities: Uint32Array.from(role.identities),
    entitlements: Uint32Array.from(role.entitlements),
    kept: -1,
  }))
  const contributions = roleContributions(after, counted)
  const figures = figuresUnderPolicies(after, counted, standing.figures, prices)
  if (figures.missing + figures.added > 0) throw new Error('a revised role model does not give the access exactly')
  const report = policies && requireAllowed(snapshot, persons, policies, access, counted, people, entitlements)
  const countOf = (kind: AccessEvent['kind']) => events.filter((event) => event.kind === kind).length
  const changesOf = (kind: RoleChange['kind']) => changes.filter((change) => change.kind === kind).length
  return {
    model: {
      roles: revised.map(({ number, identities, entitlements: given }, index) => ({
        ...itemAt(contributions, index),
        number,
        identityKeys: people.keysOf(identities),
        entitlementKeys: entitlements.keysOf(given),
        kept: false,
        leftOut: [],
      })),
      figures,
      bound: {
        roles: atLeast,
        incompatibleGrants: atLeast,
        provenBySearch: 0,
        kept: 0,
        isFewest: atLeast === revised.length,
      },
      incompatible: {
        identityKeys: people.keysOf(bound.identity),
        entitlementKeys: entitlements.keysOf(bound.entitlement),
      },
      policies: report,
    },
    revision: {
      joiners: countOf('joiner'),
      movers: countOf('mover'),
      leavers: countOf('leaver'),
      newEntitlements: countOf('new_entitlement'),
      rolesBefore: roles.length,
      made: changesOf('made'),
      changed: changesOf('changed'),
      dropped: changesOf('dropped'),
    },
    changes: changes.map((change) => toStored(change, people, entitlements)),
  }
}

/** Policies would remove something from the model: only a newly mined model can obey them. */
function requireAllowed(
  snapshot: Snapshot,
  persons: Uint32Array,
  policies: CompiledPolicies,
  access: AccessRows,
  roles: Parameters<ModelPolicing['cut']>[0],
  people: KeyNumbers,
  entitlements: KeyNumbers,
) {
  const policing = new ModelPolicing(snapshot, policies, persons)
  const masked = policing.masked(access)
  const personOf = new Map(Array.from(persons, (identity, person) => [snapshot.identityKey[identity], person]))
  const ordinalOf = new Map(Array.from(snapshot.entitlementKey, (key, ordinal) => [key, ordinal]))
  const translated = roles.map(({ identities, entitlements: given }) => ({
    identities: Uint32Array.from(people.keysOf(identities), (key) => personOf.get(key) as number),
    entitlements: Uint32Array.from(entitlements.keysOf(given), (key) => ordinalOf.get(key) as number),
    kept: -1,
  }))
  const { roles: allowed, refused } = policing.cut(translated)
  const isWhole =
    masked.rowEntitlement.length === access.rowEntitlement.length &&
    refused === 0 &&
    allowed.every(
      (role, r) =>
        role.leftOut.length === 0 &&
        role.identities.length === itemAt(translated, r).identities.length &&
        role.entitlements.length === itemAt(translated, r).entitlements.length,
    )
  if (!isWhole) {
    throw new MiningError(
      'bad_settings',
      'role_model_id',
      'roles that the policies in force allow (mine another model)',
      'others',
    )
  }
  return policing.report(allowed, 0)
}

function toStored(
  { role, kind, joined, left, covered, gained, lost, causes }: RoleChange,
  people: KeyNumbers,
  entitlements: KeyNumbers,
): StoredRoleChange {
  return {
    number: role,
    kind,
    joined,
    left,
    covered,
    gainedKeys: entitlements.keysOf(gained),
    lostKeys: entitlements.keysOf(lost),
    causes: causes.map(({ kind: event, count, first }) => ({
      kind: event,
      count,
      ...(first.kind === 'new_entitlement'
        ? { entitlementKey: itemAt(entitlements.keysOf([first.entitlement]), 0) }
        : { identityKey: itemAt(people.keysOf([first.identity]), 0) }),
    })),
  }
}
