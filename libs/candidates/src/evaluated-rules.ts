import { resourceExhausted } from '@assay/errors'
import type { Snapshot } from '@assay/mining'

/** Thrown when a membership rule has to be evaluated first. That takes seconds and waits for a free place without a connection. */
export class RuleNotEvaluated extends Error {
  override readonly name = 'RuleNotEvaluated'
  readonly expression: string

  constructor(expression: string) {
    super('a membership rule has not been evaluated yet')
    this.expression = expression
  }
}

interface Selection {
  members: Uint32Array
  untilMs: number
  /** The number of running calls that need it until they end. */
  holders: number
}

/** A rule may read the time, so its result is valid for a while only. */
const heldMs = 60_000
const mostSelections = 128
/** 8 MB for each snapshot, or one selection, in addition to those that running calls hold. It is also the limit of each call. */
const mostMembers = 2 * 1024 * 1024

/** Garbage collected with their snapshots; the selections of a snapshot are in the order in which they were made. */
const selections = new WeakMap<Snapshot, Map<string, Selection>>()

/** The members that a rule selected within the last minute, or for a call that is still running. */
export function rememberedSelection(snapshot: Snapshot, expression: string): Uint32Array | undefined {
  const found = selections.get(snapshot)?.get(expression)
  return found !== undefined && (found.holders > 0 || found.untilMs > performance.now()) ? found.members : undefined
}

function rememberSelection(snapshot: Snapshot, expression: string, members: Uint32Array): Selection {
  const kept = selections.get(snapshot) ?? new Map<string, Selection>()
  selections.set(snapshot, kept)
  // The same object, because another call may hold it.
  const selection = kept.get(expression) ?? { members, untilMs: 0, holders: 0 }
  selection.members = members
  selection.untilMs = performance.now() + heldMs
  kept.delete(expression)
  kept.set(expression, selection)
  let count = 0
  for (const one of kept.values()) count += one.members.length
  for (const [oldest, one] of kept) {
    if ((count <= mostMembers && kept.size <= mostSelections) || oldest === expression) break
    if (one.holders > 0) continue
    kept.delete(oldest)
    count -= one.members.length
  }
  return selection
}

/**
 * The selections of one call. They stay until the call ends: it begins again after each evaluation, and would never have all of them if the
 * last selections replaced the first ones, or if the evaluations took longer than a minute.
 */
export class SelectionsOfCall {
  readonly #held: Selection[] = []
  #members = 0

  /** @throws resource_exhausted when the call's rules select more people than a call may hold */
  remember(snapshot: Snapshot, expression: string, members: Uint32Array): void {
    this.#members += members.length
    if (this.#held.length > 0 && this.#members > mostMembers)
      throw resourceExhausted(
        `the rules in CEL of this call select more than ${mostMembers} people together; pass fewer candidates at a time`,
      )
    const selection = rememberSelection(snapshot, expression, members)
    selection.holders++
    this.#held.push(selection)
  }

  release(): void {
    for (const selection of this.#held.splice(0)) selection.holders--
  }
}
