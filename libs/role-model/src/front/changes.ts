/** The changes of the access that a front allows, so that fewer roles give all of it: remove grants, add grants, or both. */
export const frontChanges = ['remove', 'add', 'both'] as const
export type FrontChanges = (typeof frontChanges)[number]

/** The price of a change that is not allowed: more than any number of grants. */
const forbidden = 2 ** 40

/** The price of one missing grant and of one added grant. */
export function pricesOf(changes: FrontChanges): { readonly missing: number; readonly added: number } {
  return { missing: changes === 'add' ? forbidden : 1, added: changes === 'remove' ? forbidden : 1 }
}

/** A work budget in cells that were read, so that a run that is cut short has the same result every time. */
export class FrontWork {
  private left: number
  private sinceAsked = 0
  private readonly ask: () => void

  constructor(budget: number, ask: () => void) {
    this.left = budget
    this.ask = ask
  }

  /** False when the budget is used up. */
  spend(cells: number): boolean {
    this.left -= cells
    this.sinceAsked += cells
    if (this.sinceAsked > 1 << 22) {
      this.sinceAsked = 0
      this.ask()
    }
    return this.left > 0
  }

  get isUsedUp(): boolean {
    return this.left <= 0
  }
}
