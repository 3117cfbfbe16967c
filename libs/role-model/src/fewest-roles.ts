import type { AccessGrid, Rectangle } from './access-grid.ts'
import { type Cover, coverGreedily } from './cover-grants.ts'
import { dropImpliedGrants } from './dominance/drop-implied-grants.ts'
import { rectangleGrower } from './grow-rectangle.ts'
import { byFitting, countFitting, incompatibleGrants } from './incompatible-grants.ts'
import { lineCover } from './line-cover.ts'
import { mapBack } from './map-back.ts'
import type { Partners } from './partners.ts'
import { proveParts } from './prove-parts.ts'
import type { Step } from './run-hooks.ts'
import { searchCover } from './search-cover.ts'
import { searchIncompatible } from './search-incompatible.ts'

export interface FewestRoles {
  readonly rectangles: Rectangle[]
  /** Grants of which no two fit into one role. */
  readonly incompatible: Uint32Array
  /** The number of roles that are proven to be necessary beyond `incompatible`. */
  readonly proven: number
  readonly kernelGrants: number
}

/** A kernel with more live grants is not split for proofs: visiting all pairs would take too long. */
const maxProofGrants = 20_000

/** A kernel with more grants than this gets proportionally more iterations without a gain. */
const grantsOfUsualSearch = 4000

/** As few full rectangles as the steps of the README find for the `needed` grants of a grid, with a bound. */
export function fewestRoles(
  grid: AccessGrid,
  needed: Uint8Array,
  partners: Partners,
  options: {
    readonly iterations: number
    readonly proofNodes: number
    readonly random: () => number
    readonly enter: (phase: 'drop_implied' | 'cover' | 'bound' | 'search') => void
    readonly onStep: Step
  },
): FewestRoles {
  const { enter, onStep } = options
  const live = needed.slice()
  enter('drop_implied')
  const log = dropImpliedGrants(grid, live, partners, onStep)
  const kernelGrants = live.reduce((sum, isLive) => sum + isLive, 0)
  enter('cover')
  const fits = countFitting(grid, live, onStep)
  const order = byFitting(live, fits)
  const grow = rectangleGrower(grid, partners)
  const grown = coverGreedily(grid, live, order, fits, grow, onStep)
  let cover = lineCover(grid, live, partners, grown?.rectangles.length) ?? (grown as Cover)
  enter('bound')
  const { random } = options
  const iterations = Math.ceil(options.iterations * Math.max(1, kernelGrants / grantsOfUsualSearch))
  const greedy = incompatibleGrants(grid, live, partners, order, fits, onStep)
  const enough = cover.rectangles.length
  const incompatible =
    greedy.length < enough
      ? searchIncompatible(grid, live, partners, greedy, { enough, iterations, random, onStep })
      : greedy
  let proven = 0
  const prove = () => {
    if (cover.rectangles.length <= incompatible.length + proven || kernelGrants > maxProofGrants) return
    const better = proveParts(grid, live, partners, cover, incompatible, options.proofNodes, onStep)
    cover = better.cover
    // The second call may be cut short; what the first one proved is still true.
    proven = Math.max(proven, better.proven)
  }
  prove()
  const bound = incompatible.length + proven
  if (cover.rectangles.length > bound) {
    enter('search')
    // The search does not start from the line cover: no step leads from lines to other rectangles.
    const start = grown ?? cover
    const found = searchCover(grid, live, start, { grow, bound, iterations, random, onStep })
    if (found.rectangles.length < cover.rectangles.length) {
      cover = found
      prove()
    }
  }
  return { rectangles: mapBack(grid, live, cover, log), incompatible, proven, kernelGrants }
}
