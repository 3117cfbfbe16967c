/** Cells of a candidate. */
interface CellsOf<Place> {
  readonly candidate: Place
  readonly cells: readonly number[]
}

/** Which candidates took cells from others, so that a candidate that is refused can give them back. */
export class LentCells<Place extends { readonly givenBroader: Set<number> }> {
  private readonly lent = new Map<Place, CellsOf<Place>[]>()

  give(candidate: Place, cells: readonly number[], taker: Place): void {
    for (const cell of cells) candidate.givenBroader.add(cell)
    const earlier = this.lent.get(taker)
    if (earlier === undefined) this.lent.set(taker, [{ candidate, cells }])
    else earlier.push({ candidate, cells })
  }

  /** Returns everything that a candidate took, and the candidates that have it again, in the order in which they gave it. */
  takeBack(taker: Place): readonly Place[] {
    const lent = this.lent.get(taker) ?? []
    this.lent.delete(taker)
    for (const { candidate, cells } of lent) for (const cell of cells) candidate.givenBroader.delete(cell)
    return [...new Set(lent.map(({ candidate }) => candidate))]
  }
}
