import type { Rectangle } from './access-grid.ts'
import { applyLimits } from './apply-limits.ts'
import { checkAccess, findGrant } from './check-access.ts'
import { type CheckedConstraints, checkConstraints } from './check-constraints.ts'
import { leastComplexity } from './complexity/least-complexity.ts'
import { descriptionCurve } from './description/description-curve.ts'
import { leastDescription } from './description/least-description.ts'
import { type DraftRole, multiplyOut, pairList } from './draft-role.ts'
import { type FewestRoles, fewestRoles } from './fewest-roles.ts'
import type { Partners } from './partners.ts'
import { type AccessRows, type Component, type MergeTags, reduceAccess } from './reduce-access.ts'
import type { GrantList, RoleModel, RoleModelFigures } from './role-model.ts'
import { type ResolvedSettings, type RoleModelSettings, resolveRoleModelSettings } from './role-model-settings.ts'
import { type RoleModelHooks, type Step, startRun } from './run-hooks.ts'
import { seededRandom } from './seeded-random.ts'
import { spendOverGrants } from './spend-over-grants.ts'

/**
 * A role model of the access: roles cover every grant and add none, unless the settings allow it. Pure, on one thread; the same
 * access, settings and seed give the same result. It compares everything that the roles give with the access before it returns.
 *
 * Throws `MiningError`. Before any work: `bad_snapshot` for rows that are out of range, unsorted or have duplicates;
 * `bad_settings` for settings out of range and constraints that no model can obey. During the work: `stopped` if `shouldStop`
 * returned true.
 */
export function mineRoleModel(
  access: AccessRows,
  settings: RoleModelSettings = {},
  hooks: RoleModelHooks = {},
): RoleModel {
  const resolved = resolveRoleModelSettings(settings)
  checkAccess(access)
  const isExact = resolved.objective !== 'least_description'
  const checked = checkConstraints(access, resolved.constraints, isExact)
  const run = startRun(hooks, resolved.workBudget)
  run.enter('reduce', 0, 0)
  const components = reduceAccess(access, mergeTags(access, checked))
  const allGrants = components.reduce((sum, { grid }) => sum + grid.grantCount, 0)
  const mined = components.map((component, index) => {
    const part = run.part(component.grid.grantCount / allGrants)
    return mineComponent(access, component, resolved, checked, {
      step: part.step,
      enter: (phase) => {
        part.startPhase(phase)
        run.enter(phase, index, components.length)
      },
    })
  })
  const found = mined.flatMap(({ rectangles }, index) => rectangles.map((r) => expand(components[index]!, r)))
  let roles: DraftRole[] = [
    ...checked.kept.map(({ identities, entitlements }, kept) => ({ identities, entitlements, kept })),
    ...found.sort(bySize),
  ]
  run.enter('limits', components.length, components.length)
  const budget = resolved.constraints.overGrantBudget
  if (isExact && budget !== undefined) roles = spendOverGrants(access, roles, budget, checked.partners, run.step)
  roles = applyLimits(access, roles, resolved.constraints, checked, isExact, run.step)
  run.enter('verify', components.length, components.length)
  const { missing, added } = multiplyOut(access, roles, run.step)
  if (isExact && missing.identity.length > 0) {
    throw new Error(`a role model that should be exact misses ${missing.identity.length} grants`)
  }
  if (added.identity.length > allowedAdditions(resolved)) {
    throw new Error(`a role model adds ${added.identity.length} grants, more than it may`)
  }
  const incompatible = collect(components, mined)
  const proven = mined.reduce((sum, part) => sum + part.proven, 0)
  const kept = checked.kept.length
  // One added grant can make at most one grant of the list fit into a role with another one.
  const needed = Math.max(0, incompatible.identity.length + (budget === undefined ? proven : -budget))
  const bound = isExact
    ? { roles: kept + needed, incompatible, provenBySearch: budget === undefined ? proven : 0, kept }
    : { roles: 0, incompatible: pairList().list(), provenBySearch: 0, kept }
  const curve = isExact ? undefined : descriptionCurve(access, roles, resolved.prices, run.step)
  const ordered = curve?.roles ?? roles
  const figures = figuresOf(access, resolved, ordered, missing, added, components.length, mined)
  const isFewest = isExact && figures.roles === bound.roles
  return {
    roles: ordered.map(({ identities, entitlements, kept }) => ({
      identities: Uint32Array.from(identities),
      entitlements: Uint32Array.from(entitlements),
      kept,
    })),
    missing,
    added,
    bound,
    isFewest,
    // If the number of roles is proven, a phase that was cut short does not matter.
    cutPhase: isFewest && resolved.objective === 'fewest_roles' ? undefined : run.cutPhase(),
    curve: curve?.points ?? [],
    figures,
  }
}

type MinedComponent = FewestRoles

function mineComponent(
  access: AccessRows,
  component: Component,
  { objective, prices, constraints, seed, searchIterations, proofNodes }: ResolvedSettings,
  checked: CheckedConstraints,
  run: {
    readonly step: Step
    readonly enter: (phase: 'drop_implied' | 'cover' | 'bound' | 'search' | 'describe') => void
  },
): MinedComponent {
  const { grid } = component
  const needed = neededGrants(access, component, checked)
  const partners = columnPartners(component, checked)
  const random = seededRandom(seed)
  const onStep = run.step
  if (objective === 'least_description') {
    run.enter('describe')
    const budget = { left: constraints.overGrantBudget ?? Number.POSITIVE_INFINITY }
    const fewest = constraints.minIdentitiesPerRole ?? Math.min(2, constraints.maxIdentitiesPerRole ?? 2)
    const options = { needed, partners, prices, budget, minIdentities: fewest, random, onStep }
    const rectangles = leastDescription(grid, options)
    return { rectangles, incompatible: new Uint32Array(0), proven: 0, kernelGrants: grid.grantCount }
  }
  const iterations = Math.min(searchIterations, grid.grantCount * 20)
  const fewest = fewestRoles(grid, needed, partners, { iterations, proofNodes, random, enter: run.enter, onStep })
  const linkIterations = objective === 'least_complexity' ? iterations : 0
  if (linkIterations > 0) run.enter('search')
  const rectangles = leastComplexity(grid, needed, partners, fewest.rectangles, {
    iterations: linkIterations,
    maxEntitlements: linkIterations === 0 ? undefined : constraints.maxEntitlementsPerRole,
    random,
    onStep,
  })
  return { ...fewest, rectangles }
}

/**
 * Tags that say which identities and entitlements may be merged: identities in the same kept roles; entitlements of the same
 * kept roles and the same forbidden sets.
 */
function mergeTags(access: AccessRows, { kept, keptOf, partners }: CheckedConstraints): MergeTags {
  if (kept.length === 0 && partners.size === 0) return {}
  const number = new Map<string, number>([['', 0]])
  const tagOf = (name: string) => {
    const known = number.get(name)
    if (known !== undefined) return known
    number.set(name, number.size)
    return number.size - 1
  }
  const listNumber = new Map<readonly number[], number>()
  const partnersName = (list: readonly number[] | undefined) => {
    if (list === undefined) return ''
    if (!listNumber.has(list)) listNumber.set(list, listNumber.size)
    return ` apart from ${listNumber.get(list)}`
  }
  const rolesWith: number[][] = Array.from({ length: access.entitlementCount }, () => [])
  kept.forEach(({ entitlements }, index) => {
    for (const e of entitlements) rolesWith[e]!.push(index)
  })
  return {
    identityTag: Int32Array.from({ length: access.identityCount }, (_, i) => tagOf(keptOf[i]?.join() ?? '')),
    entitlementTag: Int32Array.from({ length: access.entitlementCount }, (_, e) =>
      tagOf(`${rolesWith[e]!.join()}${partnersName(partners.get(e))}`),
    ),
  }
}

function neededGrants(
  access: AccessRows,
  component: Component,
  { kept, coveredByKept }: CheckedConstraints,
): Uint8Array {
  const { grid, rowStart, rowIdentity, columnStart, columnEntitlement } = component
  const needed = new Uint8Array(grid.grantCount).fill(1)
  if (kept.length === 0) return needed
  for (let g = 0; g < grid.grantCount; g++) {
    const identity = rowIdentity[rowStart[grid.grantRow[g]!]!]!
    const entitlement = columnEntitlement[columnStart[grid.rowColumn[g]!]!]!
    needed[g] = 1 - coveredByKept[findGrant(access, identity, entitlement)]!
  }
  return needed
}

function columnPartners(component: Component, { partners }: CheckedConstraints): Partners {
  if (partners.size === 0) return undefined
  const columnOf = new Map<number, number>()
  const { columnStart, columnEntitlement, grid } = component
  for (let c = 0; c < grid.columnCount; c++) columnOf.set(columnEntitlement[columnStart[c]!]!, c)
  const lists = Array.from({ length: grid.columnCount }, (_, c) =>
    (partners.get(columnEntitlement[columnStart[c]!]!) ?? [])
      .map((other) => columnOf.get(other))
      .filter((other) => other !== undefined),
  )
  return lists.some((list) => list.length > 0) ? lists : undefined
}

function expand(component: Component, { rows, columns }: Rectangle): DraftRole {
  const { rowStart, rowIdentity, columnStart, columnEntitlement } = component
  const identities: number[] = []
  const entitlements: number[] = []
  for (const r of rows) for (let at = rowStart[r]!; at < rowStart[r + 1]!; at++) identities.push(rowIdentity[at]!)
  for (const c of columns)
    for (let at = columnStart[c]!; at < columnStart[c + 1]!; at++) entitlements.push(columnEntitlement[at]!)
  identities.sort((a, b) => a - b)
  entitlements.sort((a, b) => a - b)
  return { identities, entitlements, kept: -1 }
}

function bySize(a: DraftRole, b: DraftRole): number {
  return (
    b.identities.length * b.entitlements.length - a.identities.length * a.entitlements.length ||
    a.identities[0]! - b.identities[0]! ||
    a.entitlements[0]! - b.entitlements[0]!
  )
}

function collect(components: readonly Component[], mined: readonly MinedComponent[]): GrantList {
  const pairs: [number, number][] = []
  mined.forEach(({ incompatible }, index) => {
    const { grid, rowStart, rowIdentity, columnStart, columnEntitlement } = components[index]!
    for (const g of incompatible) {
      pairs.push([rowIdentity[rowStart[grid.grantRow[g]!]!]!, columnEntitlement[columnStart[grid.rowColumn[g]!]!]!])
    }
  })
  pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const list = pairList()
  for (const [identity, entitlement] of pairs) list.add(identity, entitlement)
  return list.list()
}

function allowedAdditions({ objective, prices, constraints }: ResolvedSettings): number {
  if (constraints.overGrantBudget !== undefined) return constraints.overGrantBudget
  return objective === 'least_description' && prices.added !== Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : 0
}

function figuresOf(
  access: AccessRows,
  { prices }: ResolvedSettings,
  roles: readonly DraftRole[],
  missing: GrantList,
  added: GrantList,
  components: number,
  mined: readonly MinedComponent[],
): RoleModelFigures {
  const memberships = roles.reduce((sum, { identities }) => sum + identities.length, 0)
  const entitlementLinks = roles.reduce((sum, { entitlements }) => sum + entitlements.length, 0)
  return {
    roles: roles.length,
    memberships,
    entitlementLinks,
    complexity: roles.length + memberships + entitlementLinks,
    descriptionLength:
      roles.length * prices.role +
      memberships * prices.membership +
      entitlementLinks * prices.entitlement +
      missing.identity.length * prices.missing +
      // `Infinity * 0` would be NaN.
      (added.identity.length === 0 ? 0 : added.identity.length * prices.added),
    grants: access.rowEntitlement.length,
    missing: missing.identity.length,
    added: added.identity.length,
    kernelGrants: mined.reduce((sum, part) => sum + part.kernelGrants, 0),
    components,
  }
}
