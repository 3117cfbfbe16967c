import type { AccessGrid } from './access-grid.ts'
import { type Cover, liveGrantsOf } from './cover-grants.ts'
import { listFitting, liveRows } from './incompatible-grants.ts'
import { maximalRectangles } from './maximal-rectangles.ts'
import { minimumCover } from './minimum-cover.ts'
import type { Partners } from './partners.ts'
import type { Step } from './run-hooks.ts'

/** A part with more grants is left to the search: trying all choices would take too long. */
const maxPartGrants = 400

/**
 * Splits the live grants into parts that share no role. It solves a part exactly if the cover has more rectangles there than
 * incompatible grants. Returns the cover, improved where possible, and the number of roles that are proven to be necessary
 * beyond the incompatible grants.
 */
export function proveParts(
  grid: AccessGrid,
  live: Uint8Array,
  partners: Partners,
  cover: Cover,
  incompatible: Uint32Array,
  nodes: number,
  onStep: Step,
): { cover: Cover; proven: number } {
  const partOf = new Int32Array(grid.grantCount).fill(-1)
  const parts = partsOf(grid, live, partners, partOf, onStep)
  const boundOf = new Int32Array(parts.length)
  for (const g of incompatible) boundOf[partOf[g]!]!++
  const rectanglesOf: number[][] = parts.map(() => [])
  cover.grants.forEach((grants, r) => {
    rectanglesOf[partOf[grants[0]!]!]!.push(r)
  })
  const result: Cover = { rectangles: [], grants: [] }
  let proven = 0
  for (let index = 0; index < parts.length; index++) {
    const part = parts[index]!
    const own = rectanglesOf[index]!
    const keep = () => {
      for (const r of own) {
        result.rectangles.push(cover.rectangles[r]!)
        result.grants.push(cover.grants[r]!)
      }
    }
    if (own.length <= boundOf[index]! || part.length > maxPartGrants) {
      keep()
      continue
    }
    const rectangles = maximalRectangles(grid, live, partners, part, nodes, onStep)
    if (rectangles === undefined) {
      keep()
      continue
    }
    const place = new Map(part.map((g, i) => [g, i]))
    const grants = rectangles.map((rectangle) => liveGrantsOf(grid, live, rectangle))
    const sets = grants.map((list) => Array.from(list, (g) => place.get(g)).filter((i) => i !== undefined))
    const known = Array.from({ length: own.length }, () => -1)
    const found = minimumCover(part.length, sets, known, nodes, onStep)
    if (found.isProven) proven += found.sets.length - boundOf[index]!
    if (found.sets.includes(-1)) {
      keep()
      continue
    }
    for (const s of found.sets) {
      result.rectangles.push(rectangles[s]!)
      result.grants.push(grants[s]!.filter((g) => partOf[g] === index))
    }
  }
  return { cover: result, proven }
}

/** Parts of grants that fit with each other, directly or through other grants. The pairs are not stored. */
function partsOf(grid: AccessGrid, live: Uint8Array, partners: Partners, partOf: Int32Array, onStep: Step): number[][] {
  const rows = liveRows(grid, live)
  const left = live.slice()
  const parts: number[][] = []
  const near: number[] = []
  for (let first = 0; first < grid.grantCount; first++) {
    if (left[first] === 0) continue
    const part = [first]
    left[first] = 0
    for (let i = 0; i < part.length; i++) {
      onStep()
      const count = listFitting(grid, rows, left, partners, part[i]!, near)
      for (let k = 0; k < count; k++) {
        left[near[k]!] = 0
        part.push(near[k]!)
      }
    }
    for (const g of part) partOf[g] = parts.length
    parts.push(part)
  }
  return parts
}
