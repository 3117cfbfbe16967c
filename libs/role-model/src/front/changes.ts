/** What may be done to the access so that fewer roles give all of it: take grants away, add some, or both. */
export const frontChanges = ['remove', 'add', 'both'] as const
export type FrontChanges = (typeof frontChanges)[number]

/** More than any number of grants: what may not be done at all. */
const forbidden = 2 ** 40

/** What one missing grant and one added grant cost. */
export function pricesOf(changes: FrontChanges): { readonly missing: number; readonly added: number } {
  return { missing: changes === 'add' ? forbidden : 1, added: changes === 'remove' ? forbidden : 1 }
}

/** Work in cells looked at, so that a run that is cut short comes out the same every time. */
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
