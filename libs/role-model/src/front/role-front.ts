import { MiningError } from '@assay/mining'
import { checkAccess } from '../check-access.ts'
import { multiplyOut } from '../draft-role.ts'
import { mineRoleModel } from '../mine-role-model.ts'
import type { AccessRows } from '../reduce-access.ts'
import type { GrantList, RoleModel } from '../role-model.ts'
import type { RoleModelHooks } from '../run-hooks.ts'
import { type FrontChanges, FrontWork, frontChanges } from './changes.ts'
import { CoveredCells } from './covered-cells.ts'
import { searchExactly } from './exact-changes.ts'
import { descend, withoutOneRole } from './fewer-roles.ts'
import { FrontBounds } from './front-bounds.ts'
import { type FrontGrid, frontGrid } from './front-grid.ts'

/** With so many roles: the fewest changes that were found, and how few there must be. */
export interface FrontPoint {
  readonly roles: number
  /** `missing + added`. */
  readonly changes: number
  /** Grants that the roles do not give, and cells that they give to somebody who does not hold them. */
  readonly missing: number
  readonly added: number
  /** No roles so many, or fewer, do with fewer changes. Equal to `changes`: the point is exact. */
  readonly atLeast: number
}

export interface RoleFront {
  readonly changes: FrontChanges
  /** From the fewest roles up to those of the exact model, whose changes are 0. */
  readonly points: readonly FrontPoint[]
  /** All points are exact. */
  readonly isExact: boolean
  /**
   * Why points are not: the work was used up, or the merged access has more than 16 million cells, so that only the
   * exact model and the bound of its roles are told. Undefined when all are exact.
   */
  readonly stoppedBy: 'work_budget' | 'too_many_cells' | undefined
}

export interface RoleFrontSettings {
  /** Which fronts; default all. */
  readonly changes?: readonly FrontChanges[] | undefined
  readonly seed?: number | undefined
  /** Cells that each front may look at, one after the other; default 2 billion, some ten seconds. */
  readonly cellBudget?: number | undefined
  /** Called with the roles of each point as they are verified: for whoever wants to check or keep them. */
  readonly onModel?: ((changes: FrontChanges, roles: readonly FrontRole[]) => void) | undefined
}

interface FrontRole {
  readonly identities: readonly number[]
  readonly entitlements: readonly number[]
}

const defaultCellBudget = 2_000_000_000

/** Of the work of a front, so much goes into the search for exact points at most, over all points alike. */
const exactShare = 0.7

/** Grants of the merged access up to which points are searched for exactly. */
const mostExactGrants = 600

/**
 * How many changes to the access a number of roles is worth: for each number from the fewest that are of use to those of the
 * exact model, as few missing grants (`remove`), added grants (`add`) or both together as were found, with a lower bound.
 * Pure; the same access and settings give the same fronts. Each model is multiplied out against the access.
 *
 * Throws `MiningError`: `bad_snapshot`, `bad_settings`, `stopped` as `mineRoleModel` does.
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
  const grid = frontGrid(access)
  if (grid === undefined) return wanted.map((changes) => frontOfBounds(access, model, changes))
  const ask = () => {
    if (hooks.shouldStop?.() === true) {
      throw new MiningError('stopped', 'role fronts', 'to run to their end', 'a request to stop')
    }
  }
  const found = new Map<FrontChanges, CoveredCells[]>()
  return wanted.map((changes) => {
    const search = new FrontSearch(access, grid, model, changes, new FrontWork(cellBudget, ask), cellBudget, ask)
    // Taking away alone and adding alone are both ways of doing both.
    const starts = changes === 'both' ? [...found.values()] : []
    const { front, states } = search.run(starts, settings.onModel)
    found.set(changes, states)
    return front
  })
}

/** One front, from the exact model down. */
class FrontSearch {
  private readonly access: AccessRows
  private readonly grid: FrontGrid
  private readonly model: RoleModel
  private readonly changes: FrontChanges
  private readonly work: FrontWork
  private readonly cellBudget: number
  private readonly ask: () => void
  private readonly bounds: FrontBounds

  constructor(
    access: AccessRows,
    grid: FrontGrid,
    model: RoleModel,
    changes: FrontChanges,
    work: FrontWork,
    cellBudget: number,
    ask: () => void,
  ) {
    this.access = access
    this.grid = grid
    this.model = model
    this.changes = changes
    this.work = work
    this.cellBudget = cellBudget
    this.ask = ask
    this.bounds = new FrontBounds(grid, changes, positionsOf(grid, model.bound.incompatible), work)
  }

  run(
    starts: readonly (readonly CoveredCells[])[],
    onModel: RoleFrontSettings['onModel'],
  ): { readonly front: RoleFront; readonly states: CoveredCells[] } {
    const fewest = this.changes === 'add' ? Math.min(1, this.model.roles.length) : 0
    let state = this.exactModel()
    const states: CoveredCells[] = []
    const points: FrontPoint[] = [this.verified(state, 0, onModel)]
    states[state.roleCount] = state
    const perPoint = (this.cellBudget * exactShare) / Math.max(1, state.roleCount - fewest)
    for (let roles = state.roleCount - 1; roles >= fewest; roles--) {
      state = this.fewerRoles(state, roles, starts)
      // With fewer roles there is no way that there is not with more.
      const least = Math.max(points[0].atLeast, this.model.bound.roles - roles, this.bounds.atLeast(roles))
      const { best, atLeast } = this.exactly(state, roles, least, perPoint)
      state = best
      states[roles] = state
      points.unshift(this.verified(state, atLeast, onModel))
    }
    const isExact = points.every(({ changes, atLeast }) => changes === atLeast)
    const front = { changes: this.changes, points, isExact, stoppedBy: isExact ? undefined : ('work_budget' as const) }
    return { front, states }
  }

  private exactModel(): CoveredCells {
    const state = new CoveredCells(this.grid)
    for (const { identities, entitlements } of this.model.roles) {
      state.push(placesOf(identities, this.grid.rowOf), placesOf(entitlements, this.grid.columnOf))
    }
    return state
  }

  private fewerRoles(state: CoveredCells, roles: number, starts: readonly (readonly CoveredCells[])[]): CoveredCells {
    const next = state.copy()
    while (next.roleCount > roles) withoutOneRole(next, this.changes, this.work)
    descend(next, this.changes, this.work)
    let best = next
    for (const start of starts) {
      if (start[roles] === undefined) continue
      const other = start[roles].copy()
      descend(other, this.changes, this.work)
      if (changesOf(other) < changesOf(best)) best = other
    }
    return best
  }

  /** The exact number of changes where the access is small enough, or as near as its share of the work allows. */
  private exactly(
    state: CoveredCells,
    roles: number,
    least: number,
    cells: number,
  ): { readonly best: CoveredCells; readonly atLeast: number } {
    const reached = changesOf(state)
    if (reached <= least || this.grid.grantRow.length > mostExactGrants) {
      return { best: state, atLeast: Math.min(reached, least) }
    }
    const work = new FrontWork(cells, this.ask)
    const { found, isProven } = searchExactly(this.grid, this.changes, roles, reached, least, work)
    const best = found ?? state
    return { best, atLeast: isProven ? changesOf(best) : Math.min(changesOf(best), least) }
  }

  private verified(state: CoveredCells, atLeast: number, onModel: RoleFrontSettings['onModel']): FrontPoint {
    const roles = rolesOf(state)
    const { missing, added } = multiplyOut(this.access, roles)
    const point = { roles: state.roleCount, missing: missing.identity.length, added: added.identity.length }
    if (point.missing !== state.missing || point.added !== state.added) {
      throw new Error(
        `a front counts ${state.missing} missing and ${state.added} added, and not ${point.missing} and ${point.added}`,
      )
    }
    if ((this.changes === 'remove' && point.added > 0) || (this.changes === 'add' && point.missing > 0)) {
      throw new Error(`a front that may ${this.changes} misses ${point.missing} grants and adds ${point.added}`)
    }
    onModel?.(this.changes, roles)
    return { ...point, changes: point.missing + point.added, atLeast }
  }
}

function changesOf({ missing, added }: CoveredCells): number {
  return missing + added
}

function rolesOf({ grid, rows, columns }: CoveredCells): FrontRole[] {
  const identitiesOf = membersOf(grid.rowOf, grid.rowCount)
  const entitlementsOf = membersOf(grid.columnOf, grid.columnCount)
  return rows.map((own, role) => ({
    identities: own.flatMap((row) => identitiesOf[row]).sort((a, b) => a - b),
    entitlements: columns[role].flatMap((column) => entitlementsOf[column]).sort((a, b) => a - b),
  }))
}

function membersOf(placeOf: Int32Array, count: number): number[][] {
  const members: number[][] = Array.from({ length: count }, () => [])
  for (const [member, place] of placeOf.entries()) if (place >= 0) members[place].push(member)
  return members
}

function placesOf(members: Uint32Array, placeOf: Int32Array): number[] {
  return [...new Set(Array.from(members, (member) => placeOf[member]))]
}

/** Positions of grants of the access in the grid. */
function positionsOf({ grantRow, grantColumn, rowOf, columnOf, columnCount }: FrontGrid, grants: GrantList): number[] {
  const position = new Map(Array.from(grantRow, (row, g) => [row * columnCount + grantColumn[g], g]))
  return Array.from(grants.identity, (identity, i) =>
    position.get(rowOf[identity] * columnCount + columnOf[grants.entitlement[i]]),
  ).filter((g) => g !== undefined)
}

/** What is known without a look at the cells: no role, and the exact model. */
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
