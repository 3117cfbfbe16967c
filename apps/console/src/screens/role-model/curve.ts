import {
  RoleFront_Changes as Changes,
  type RoleFront,
  type RoleFrontPoint,
} from '@assay/contracts/assay/rolemodel/v1/role_front_pb'
import type { RoleModelsSearch } from '../role-models/search.ts'
import type { ChangesName } from './search.ts'

export const changesOf: Readonly<Record<ChangesName, Changes>> = {
  remove: Changes.REMOVE,
  add: Changes.ADD,
  both: Changes.BOTH,
}

/** The cost of a point. */
export function costOf({ missing, added }: Pick<RoleFrontPoint, 'missing' | 'added'>): number {
  return Number(missing + added)
}

/** The point with this number of roles, or the nearest one below; the last point when no number is requested. */
export function pointAt(points: readonly RoleFrontPoint[], at: number | undefined): RoleFrontPoint | undefined {
  if (at === undefined) return points.at(-1)
  return points.findLast(({ roles }) => roles <= at) ?? points[0]
}

/** A point of the drawing; both coordinates are 0 to 1 from the lower left corner. */
interface Drawn {
  readonly x: number
  readonly y: number
}

/**
 * The line of reached costs and the line of proven bounds. Heights are square roots, because the first roles save far more
 * exceptions than the last.
 */
export function linesOf(points: readonly RoleFrontPoint[]): { reached: Drawn[]; proven: Drawn[]; most: number } {
  const mostRoles = Math.max(1, points.at(-1)?.roles ?? 1)
  const most = Math.max(1, ...points.map(costOf))
  const line = (value: (point: RoleFrontPoint) => number) =>
    points.map((point) => ({ x: point.roles / mostRoles, y: Math.sqrt(value(point) / most) }))
  return { reached: line(costOf), proven: line(({ atLeast }) => Number(atLeast)), most }
}

const prohibitive = 1_000_000

/**
 * Prices at which about this number of roles is the cheapest: a role costs what the curve saves at this point for one role more or
 * fewer, and people and entitlements in roles cost nothing.
 */
export function pricesAt(
  { points }: Pick<RoleFront, 'points'>,
  chosen: RoleFrontPoint,
  changes: ChangesName,
): RoleModelsSearch {
  const at = points.indexOf(chosen)
  const slope = (fewer: RoleFrontPoint | undefined, more: RoleFrontPoint | undefined) =>
    fewer === undefined || more === undefined ? undefined : (costOf(fewer) - costOf(more)) / (more.roles - fewer.roles)
  const before = slope(points[at - 1], chosen)
  const after = slope(chosen, points[at + 1])
  const role = Math.max(0, ((before ?? after ?? 0) + (after ?? before ?? 0)) / 2)
  return {
    objective: 'description',
    role: Math.round(role * 100) / 100,
    membership: 0,
    entitlement: 0,
    missing: changes === 'add' ? prohibitive : 1,
    ...(changes === 'remove' ? { adds: 'none' as const } : { added: 1 }),
  }
}
