import type { Snapshot } from '@assay/mining'

/** Thrown where a membership rule has to be evaluated first, which takes seconds and waits its turn without a connection. */
export class RuleNotEvaluated extends Error {
  override readonly name = 'RuleNotEvaluated'
  readonly expression: string

  constructor(expression: string) {
    super('a membership rule has not been evaluated yet')
    this.expression = expression
  }
}

interface Selection {
  readonly members: Uint32Array
  readonly untilMs: number
}

/** A rule may ask what time it is, so its answer holds for a while only. */
const heldMs = 60_000
const mostSelections = 128
/** 8 MB a snapshot, or one selection. */
const mostMembers = 2 * 1024 * 1024

/** Gone with their snapshots; those of a snapshot in the order in which they were made. */
const selections = new WeakMap<Snapshot, Map<string, Selection>>()

/** The members that a rule selected within the last minute. */
export function rememberedSelection(snapshot: Snapshot, expression: string): Uint32Array | undefined {
  const found = selections.get(snapshot)?.get(expression)
  return found !== undefined && found.untilMs > performance.now() ? found.members : undefined
}

export function rememberSelection(snapshot: Snapshot, expression: string, members: Uint32Array): void {
  const kept = selections.get(snapshot) ?? new Map<string, Selection>()
  selections.set(snapshot, kept)
  kept.delete(expression)
  kept.set(expression, { members, untilMs: performance.now() + heldMs })
  let count = 0
  for (const one of kept.values()) count += one.members.length
  for (const [oldest, one] of kept) {
    if ((count <= mostMembers && kept.size <= mostSelections) || oldest === expression) break
    kept.delete(oldest)
    count -= one.members.length
  }
}
