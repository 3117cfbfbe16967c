import { MiningError } from '@assay/mining'
import { checkAccess } from '../check-access.ts'
import { multiplyOut } from '../draft-role.ts'
import { mineRoleModel } from '../mine-role-model.ts'
import { type AccessRows, type Component, reduceAccess } from '../reduce-access.ts'
import type { GrantList, RoleModel } from '../role-model.ts'
import type { RoleModelHooks } from '../run-hooks.ts'
import { type FrontChanges, frontChanges } from './changes.ts'
import type { GridRole } from './covered-cells.ts'
import { type FrontGrid, frontGrid } from './front-grid.ts'
import { type ExactModel, type FrontStep, joinedSteps, searchFront } from './front-search.ts'

/** The fewest changes found for one number of roles, with a lower bound. */
interface FrontPoint {
  readonly roles: number
  /** `missing + added`. */
  readonly changes: number
  /** Grants that the roles do not give, and cells that they give to identities that do not hold them. */
  readonly missing: number
  readonly added: number
  /** No model with at most this number of roles has fewer changes. If it equals `changes`, the point is exact. */
  readonly atLeast: number
}

export interface RoleFront {
  readonly changes: FrontChanges
  /** From the fewest roles up to those of the exact model, whose changes are 0. Beyond 64 roles some numbers are left out. */
  readonly points: readonly FrontPoint[]
  /** All points are exact. */
  readonly isExact: boolean
  /**
   * Why some points are not exact: the work budget was used up, or the merged access has more than 16 million cells, so that
   * only the exact model and the point without roles are returned. Undefined if all are exact.
   */
  readonly stoppedBy: 'work_budget' | 'too_many_cells' | undefined
}

interface RoleFrontSettings {
  /** Which fronts to compute; default all. */
  readonly changes?: readonly FrontChanges[] | undefined
  readonly seed?: number | undefined
  /** The number of cells that each front may read; default 2 billion, about ten seconds. */
  readonly cellBudget?: number | undefined
  /** Called with the roles of each point after it is verified, so that the caller can check or store them. */
  readonly onModel?: ((changes: FrontChanges, roles: readonly FrontRole[]) => void) | undefined
}

interface FrontRole {
  readonly identities: readonly number[]
  readonly entitlements: readonly number[]
}

const defaultCellBudget = 2_000_000_000

/** The most parts times roles for which the roles are divided among the parts in the best way. */
const mostDeals = 10_000_000

/**
 * How many changes of the access are needed to get by with fewer roles. For each number of roles, from the fewest useful one up
 * to the exact model, it gives the fewest changes found: missing grants (`remove`), added grants (`add`) or both (`both`), with
 * a lower bound. Pure; the same access and settings give the same fronts. Each model is compared with the access.
 *
 * Throws `MiningError`: `bad_snapshot`, `bad_settings`, `stopped`, like `mineRoleModel`.
 */
export function roleFronts(
  access: AccessRows,
  settings: RoleFrontSettings = {},
  hooks: Pick<RoleModelHooks, 'shouldStop'> = {},
): RoleFront[] {
  checkAccess(access)
  const wanted = settings.changes ?? frontChanges
  const cellBudget = settings.cellBudget ?? defaultCellBudget
  if (!(Number.isInteger(cellBudget) && cellBudget >= 1)) {
    throw new MiningError('bad_settings', 'cellBudget', 'a whole number of 1 or more', cellBudget)
  }
  const model = mineRoleModel(access, { seed: settings.seed }, hooks)
  const components = reduceAccess(access)
  const grid = frontGrid(access, components)
  if (grid === undefined) return wanted.map((changes) => frontOfBounds(access, model, changes))
  const ask = () => {
    if (hooks.shouldStop?.() === true) {
      throw new MiningError('stopped', 'role fronts', 'to run to their end', 'a request to stop')
    }
  }
  const whole = { ...exactModelOf(grid, model), fewest: model.bound.roles }
  const found: FrontStep[][] = []
  return wanted.map((changes) => {
    // The results of `remove` and of `add` are also valid for `both`.
    const starts = changes === 'both' ? found : []
    const steps =
      changes === 'remove' && components.length * whole.roles.length <= mostDeals
        ? partByPart(access, components, model, cellBudget, ask)
        : searchFront(grid, whole, changes, starts, cellBudget, ask)
    found.push(steps)
    const points = steps.flatMap((step) => [verified(access, grid, step, changes, settings.onModel)])
    const isExact = points.every((point) => point.changes === point.atLeast)
    return { changes, points, isExact, stoppedBy: isExact ? undefined : 'work_budget' }
  })
}

/** Without added grants no role joins two parts, so each part has a separate front. */
function partByPart(
  access: AccessRows,
  components: readonly Component[],
  model: RoleModel,
  cellBudget: number,
  ask: () => void,
): FrontStep[] {
  const place: { row: number; column: number }[] = []
  let row = 0
  let column = 0
  const grants = components.reduce((sum, { grid }) => sum + grid.grantCount, 0)
  const parts = components.map((component) => {
    const { rowCount, columnCount, grantCount } = component.grid
    place.push({ row, column })
    row += rowCount
    column += columnCount
    const grid = frontGrid(access, [component])
    if (grid === undefined) throw new Error('a part has more cells than the whole')
    const own = exactModelOf(grid, model)
    const budget = Math.max(1, Math.floor((cellBudget * grantCount) / grants))
    return searchFront(grid, { ...own, fewest: own.incompatible.length }, 'remove', [], budget, ask)
  })
  return joinedSteps(parts, place)
}

/** The roles and incompatible grants of a model that lie in a grid. */
function exactModelOf(grid: FrontGrid, { roles, bound }: RoleModel): Omit<ExactModel, 'fewest'> {
  const own = roles
    .map(({ identities, entitlements }) => ({
      rows: placesOf(identities, grid.rowOf),
      columns: placesOf(entitlements, grid.columnOf),
    }))
    .filter(({ rows, columns }) => rows.length > 0 && columns.length > 0)
  return { roles: own, incompatible: positionsOf(grid, bound.incompatible) }
}

function verified(
  access: AccessRows,
  grid: FrontGrid,
  step: FrontStep,
  changes: FrontChanges,
  onModel: RoleFrontSettings['onModel'],
): FrontPoint {
  const roles = rolesOf(grid, step.roles)
  const balance = multiplyOut(access, roles)
  const missing = balance.missing.identity.length
  const added = balance.added.identity.length
  if (missing + added !== step.changes) {
    throw new Error(`a front counts ${step.changes} changes and not ${missing} missing and ${added} added`)
  }
  if ((changes === 'remove' && added > 0) || (changes === 'add' && missing > 0)) {
    throw new Error(`a front that may ${changes} misses ${missing} grants and adds ${added}`)
  }
  onModel?.(changes, roles)
  return { roles: roles.length, changes: step.changes, missing, added, atLeast: step.atLeast }
}

function rolesOf({ rowOf, rowCount, columnOf, columnCount }: FrontGrid, roles: readonly GridRole[]): FrontRole[] {
  const identitiesOf = membersOf(rowOf, rowCount)
  const entitlementsOf = membersOf(columnOf, columnCount)
  return roles.map(({ rows, columns }) => ({
    identities: Array.from(rows)
      .flatMap((row) => identitiesOf[row]!)
      .sort((a, b) => a - b),
    entitlements: Array.from(columns)
      .flatMap((column) => entitlementsOf[column]!)
      .sort((a, b) => a - b),
  }))
}

function membersOf(placeOf: Int32Array, count: number): number[][] {
  const members: number[][] = Array.from({ length: count }, () => [])
  for (const [member, place] of placeOf.entries()) if (place >= 0) members[place]!.push(member)
  return members
}

function placesOf(members: Uint32Array, placeOf: Int32Array): Uint32Array {
  return Uint32Array.from(new Set(Array.from(members, (member) => placeOf[member]!).filter((place) => place >= 0)))
}

/** Positions of grants of the access in the grid. */
function positionsOf({ grantRow, grantColumn, rowOf, columnOf, columnCount }: FrontGrid, grants: GrantList): number[] {
  const position = new Map(Array.from(grantRow, (row, g) => [row * columnCount + grantColumn[g]!, g]))
  return Array.from(grants.identity, (identity, i) => {
    const row = rowOf[identity]!
    const column = columnOf[grants.entitlement[i]!]!
    return row < 0 || column < 0 ? undefined : position.get(row * columnCount + column)
  }).filter((g) => g !== undefined)
}

/** The points that are known without reading the cells: no role, and the exact model. */
function frontOfBounds(access: AccessRows, model: RoleModel, changes: FrontChanges): RoleFront {
  const grants = access.rowEntitlement.length
  const none = { roles: 0, changes: grants, missing: grants, added: 0, atLeast: grants }
  const exact = { roles: model.roles.length, changes: 0, missing: 0, added: 0, atLeast: 0 }
  return {
    changes,
    points: changes === 'add' || grants === 0 ? [exact] : [none, exact],
    isExact: false,
    stoppedBy: 'too_many_cells',
  }
}
