import type { RoleFrontPoint } from '@assay/contracts/assay/rolemodel/v1/role_front_pb'
import { RoleModelChange_Kind, type RoleModelRevision } from '@assay/contracts/assay/rolemodel/v1/role_model_change_pb'
import type { RoleOutline } from '@assay/contracts/assay/rolemodel/v1/role_model_outline_pb'
import type { RoleModel } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { counted, formatCount, formatShare } from '../../kit/figures.ts'
import { texts as kitTexts } from '../../kit/texts.ts'
import { outcomeText } from '../role-models/texts.ts'
import type { ChangesName } from './search.ts'

export const texts = {
  title: (time: string) => (time === '' ? 'Role model' : `Role model of ${time}`),
  looking: 'Looking at the role model.',
  gone: 'This role model was deleted, or never existed.',
  all: 'All role models',
  inMatrix: 'Look at it in the matrix',
  tabsLabel: 'What is shown',
  tabs: { roles: 'Roles', curve: 'Fewer roles', about: 'Its settings', revisions: 'Newer data' },
  failed: 'It could not be mined',
  delete: 'Delete',
  deleteTitle: 'Delete this role model?',
  deleteMeans:
    'It cannot be restored; it can be mined again. Access profiles and drafts that were made of its roles stay.',
  confirmDelete: 'Delete it',
  keep: 'Keep it',
  deleted: 'The role model is deleted.',

  map: 'Roles by size: people by entitlements',
  mapMeans: 'Each field is a role; its area is people by entitlements. The list shows the same roles.',
  legend: 'Share of its grants that no other role gives',
  otherRoles: (count: number) => `${counted(count, 'smaller role', 'smaller roles')}`,
  roles: 'Roles',
  role: 'Role',
  people: 'People',
  entitlements: 'Entitlements',
  adds: 'Only this role gives',
  mark: 'Mark',
  markNamed: (name: string) => `Mark ${name}`,
  keepMarked: 'Save marked as drafts',
  unmark: 'Take all marks away',
  marked: (count: number) => counted(count, 'marked', 'marked'),
  mostMarked: 50,
  tooMany: (most: number) => `At most ${most} at once.`,
  keptAsDrafts: (count: number) =>
    `${counted(count, 'role is', 'roles are')} saved as ${count === 1 ? 'a draft' : 'drafts'}.`,
  draftsDeleted: 'The drafts are deleted.',
  chooseRole: 'Choose a role, in the picture or in the list, to see what it gives and to whom.',
  keptRole: 'The model had to contain this role as it is.',
  gives: 'What it gives',
  who: 'Who has it',
  heldBy: 'Held by',
  keepAsDraft: 'Save as a draft',
  closeRole: 'Close',

  curve: 'Roles against exceptions',
  changesLabel: 'Which access may change',
  changes: {
    remove: { title: 'Grants are taken away', did: 'taken away' },
    add: { title: 'Grants are added', did: 'added' },
    both: { title: 'Both', did: 'taken away or added' },
  },
  axisRoles: 'roles',
  axisChanges: 'exceptions',
  lowest: 'no fewer exceptions are possible',
  at: 'Number of roles',
  noFronts: 'It was mined without the curve.',
  goneFronts: 'The curve was of the earlier data, and is removed: the model has been brought to newer data since.',
  withFronts: 'Mine it again with the curve',
  stoppedWork: 'The search ended early, so some points may be better than shown; the lower line is what is proven.',
  stoppedCells: 'The access is too large for all points: only the ends are shown.',
  exact: 'No point can be better.',
  like: 'Mine such a model',
  likeMeans:
    'The curve shows numbers and no roles. This fills in a model whose prices make about so many roles the cheapest.',
  points: 'All points',
  missing: 'Taken away',
  added: 'Added',
  atLeast: 'At least',
  changesOf: 'It is of the access as it is, and holds to no limits and no policies.',

  asked: 'What it was asked for',
  objective: 'What makes it good',
  noLimit: 'not limited',
  forbidden: 'Pairs that no role may hold together',
  keptRoles: 'Roles that stay as they are',
  seed: 'Seed',
  price: 'Prices',
  fewest: 'How few roles there can be',
  isFewest: 'No model under these limits has fewer roles.',
  bound: (roles: number) => `None has fewer than ${counted(roles, 'role', 'roles')}.`,
  boundBy: (incompatible: number, searched: number, kept: number) =>
    `${counted(incompatible, 'grant', 'grants')} of which no two fit into one role, ${formatCount(searched)} more shown by trying all choices, ${formatCount(kept)} kept.`,
  cut: 'The search used up its share of the work; this is what was reached.',

  revise: 'The data in force',
  neverRevised: 'The roles are those of the data from which the model was mined.',
  isRevising: 'It is being brought to the data in force; the roles shown are the earlier ones.',
  reviseFailed: (why: string) => `The roles stay as they were: ${why}`,
  nothingRevised: 'Nobody joined, moved or left, and no entitlement is new: the roles stay as they are.',
  notRevised:
    'Only a model that gives exactly the access as it is, without limits, is brought to newer data. Mine another one instead.',
  follows: 'It follows the data: it is brought to them after each load.',
  revisions: {
    once: {
      button: 'Bring it to the data in force…',
      title: 'Bring it to the data in force?',
      means:
        'People who joined, moved or left, and new entitlements, change the roles that they concern; roles keep their numbers. The earlier roles and the curve cannot be restored. Which roles changed, and why, is listed here afterwards.',
      yes: 'Bring it there',
    },
    follow: {
      button: 'Follow the data…',
      title: 'Follow the data?',
      means:
        'It is brought to the data in force now, and again after each load; the earlier roles and the curve cannot be restored. Five models can follow the data. As long as it follows, it is not removed for its age.',
      yes: 'Follow them',
    },
    followNoMore: {
      button: 'Stop following…',
      title: 'Stop following the data?',
      means: 'It is brought to the data in force once more. After that, no load changes it.',
      yes: 'Stop following',
    },
  },
  roleChanges: 'What the last revision changed',
  noRoleChanges: 'No role has changed.',
  roleChangeCount: (count: number) => counted(count, 'role', 'roles'),
  roleIs: (number: number, what: string) => `Role ${formatCount(number)}, ${what}`,
  reason: 'Why',
  goneEntitlement: 'an entitlement that is gone',
  gained: (names: readonly string[], count: number) => `also gives ${someOf(names, count)}`,
  lost: (names: readonly string[], count: number) => `no longer gives ${someOf(names, count)}`,

  export: 'Take it along',
  csvEntitlements: 'CSV: what roles give',
  csvPeople: 'CSV: who has them',
  profiles: 'Make access profiles…',
  profilesTitle: 'Make an access profile of each role?',
  profilesMean: (count: number) =>
    `${counted(count, 'access profile is', 'access profiles are')} made, each with the entitlements of its role; without a rule, without members, and automation is off. Those that were made before stay as they are.`,
  confirmProfiles: 'Make them',
  profilesMade: (count: number) => `${counted(count, 'access profile is', 'access profiles are')} there of this model.`,
  toProfiles: 'To the profiles',
  cancel: 'Cancel',
} as const

/** The names, of which more may be left out. */
function someOf(names: readonly string[], count: number): string {
  const shown = names.slice(0, 3)
  const rest = count - shown.length
  return rest > 0 ? `${shown.join(', ')} ${kitTexts.andMore(formatCount(rest))}` : shown.join(', ')
}

export const changeKinds: Readonly<Record<RoleModelChange_Kind, string>> = {
  [RoleModelChange_Kind.UNSPECIFIED]: '',
  [RoleModelChange_Kind.MADE]: 'made',
  [RoleModelChange_Kind.CHANGED]: 'changed',
  [RoleModelChange_Kind.DROPPED]: 'dropped',
}

/** Whether newer data can change the model: only one that is exact and has no limits. */
export function canBeRevised({ figures, settings }: RoleModel): boolean {
  const { maxRolesPerIdentity, maxIdentitiesPerRole, maxEntitlementsPerRole, overGrantBudget = 0 } = settings ?? {}
  const limits = [maxRolesPerIdentity, maxIdentitiesPerRole, maxEntitlementsPerRole]
  const others = overGrantBudget + (settings?.forbiddenPairCount ?? 0) + (settings?.keptRoleCount ?? 0)
  const isExact = figures !== undefined && figures.missing + figures.added === 0n
  return isExact && others === 0 && limits.every((limit) => limit === undefined)
}

/** What happened to people and roles between the data of a model and the data to which it was brought. */
export function revisionSentence(revision: RoleModelRevision, time: string): string {
  const { joiners, movers, leavers, newEntitlements, rolesMade, rolesChanged, rolesDropped } = revision
  const people = `${formatCount(joiners)} joined, ${formatCount(movers)} moved, ${formatCount(leavers)} left`
  const access = counted(newEntitlements, 'entitlement is new', 'entitlements are new')
  const roles = `${counted(rolesMade, 'role', 'roles')} made, ${formatCount(rolesChanged)} changed, ${formatCount(rolesDropped)} dropped`
  return `Brought to the data of ${time}: ${people}, ${access}; ${roles}.`
}

/** The sentence that describes the screen. */
export function modelSentence(model: RoleModel): string {
  const { figures, bound } = model
  if (figures === undefined) return ''
  const least = bound?.isFewest ? ` ${texts.isFewest}` : ''
  return `${outcomeText(model)}. ${counted(Number(figures.memberships), 'membership', 'memberships')} and ${counted(Number(figures.entitlementLinks), 'entitlement', 'entitlements')} in roles.${least}`
}

/** A sentence about a role and the grants that it adds. */
export function roleSentence({
  identityCount,
  entitlementCount,
  soleGrantCount,
  addedGrantCount,
}: RoleOutline): string {
  const size = `${counted(identityCount, 'person', 'people')}, ${counted(entitlementCount, 'entitlement', 'entitlements')}.`
  if (soleGrantCount === undefined) return size
  const cells = identityCount * entitlementCount
  const sole =
    soleGrantCount === 0
      ? ' Other roles give all of it as well.'
      : ` Without it ${formatShare(soleGrantCount, cells)} grants would be in no role.`
  const added = addedGrantCount ? ` It gives ${counted(addedGrantCount, 'grant', 'grants')} that nobody had.` : ''
  return size + sole + added
}

/** A sentence about the cost of the chosen number of roles. */
export function pointSentence(point: RoleFrontPoint, changes: ChangesName, grants: number): string {
  const { roles, atLeast } = point
  const cost = Number(point.missing + point.added)
  const number = counted(roles, 'role', 'roles')
  if (cost === 0) return `${number}: everybody has exactly what they hold.`
  const what = `With ${number}, ${formatShare(cost, grants)} grants would be ${texts.changes[changes].did}.`
  if (Number(atLeast) === cost) return `${what} No ${number} do with fewer.`
  return `${what} No ${number} do with fewer than ${formatCount(Number(atLeast))}.`
}
