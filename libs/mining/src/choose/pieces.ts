import type { Combination } from '../combinations.ts'
import type { PopulationGraph } from '../population.ts'
import type { Chosen } from './addition.ts'
import type { Listed } from './listed.ts'
import type { Savings } from './savings.ts'

/** A suggestion that may lose entitlements to a list of values. */
export interface Piece {
  listed: Listed
  /** For each entitlement that it has, numbered as in the graph, the bits that this saves. */
  readonly saved: Map<number, number>
  /** The bits that naming its cohort costs, and the least evidence. */
  readonly price: number
  /** It lost so much that it is no suggestion any more. */
  isGone: boolean
}

/** The filters of one part of a suggestion, and its people. */
interface Telling {
  readonly combination: Combination
  readonly members: Uint32Array
}

/** A suggestion as a piece. The parts of a joined one are measured together, with each entitlement named once. */
export function pieceOf(graph: PopulationGraph, listed: Listed, savings: Savings): Piece {
  const { parts, attribute } = listed
  const cells = new Map<number, { readonly news: number; readonly holders: number }>()
  let size = 0
  for (const part of parts) {
    const { cellEntitlement, cellCount } = part.candidate.counted
    size += tellingOf(part).members.length
    for (const [i, cell] of part.addition.cells.entries()) {
      const e = cellEntitlement[cell]!
      const before = cells.get(e)
      const news = part.addition.newHolders[i]! + (before?.news ?? 0)
      cells.set(e, { news, holders: cellCount[cell]! + (before?.holders ?? 0) })
    }
  }
  const position = graph.attributes.findIndex(({ key }) => key === attribute)
  const moreValues = position < 0 ? 0 : (parts.length - 1) * savings.price.value(position)
  return {
    listed,
    saved: new Map([...cells].map(([e, { news, holders }]) => [e, savings.ofCell(e, news, holders, size)])),
    price: savings.ofCohort(parts[0]!.candidate.counted) + moreValues,
    isGone: false,
  }
}

export function tellingOf({ candidate: { counted, group } }: Chosen): Telling {
  const { offset, members } = counted.groups
  return { combination: counted.combination, members: members.subarray(offset[group]!, offset[group + 1]!) }
}

/**
 * For each entitlement that is suggested in pieces, the suggestions that have it, in their order. An entitlement is suggested in pieces
 * when several suggestions have it, or when the only one with it gives it to less than `expectedCoverage` of its holders.
 */
export function toldInPieces(
  { holders }: PopulationGraph,
  pieces: readonly Piece[],
  expectedCoverage: number,
): ReadonlyMap<number, Piece[]> {
  const tellers = new Map<number, Piece[]>()
  for (const piece of pieces) {
    for (const e of piece.saved.keys()) {
      const known = tellers.get(e)
      if (known === undefined) tellers.set(e, [piece])
      else known.push(piece)
    }
  }
  for (const [e, [first, ...others]] of tellers) {
    if (others.length === 0 && explainedBy(first!, e) >= expectedCoverage * holders[e]!) tellers.delete(e)
  }
  return tellers
}

/** The number of holders for whom a piece explains an entitlement. */
function explainedBy({ listed: { parts } }: Piece, entitlement: number): number {
  let explained = 0
  for (const { candidate, addition } of parts) {
    const { cellEntitlement } = candidate.counted
    for (const [i, cell] of addition.cells.entries()) {
      if (cellEntitlement[cell] === entitlement) explained += addition.newHolders[i]!
    }
  }
  return explained
}
