import type { Candidate } from './candidate.ts'

/**
 * A queue of candidates, the best first. Candidates that were not taken yet are sorted once; a binary heap has the few that were put back
 * with another worth.
 */
export class CandidateQueue {
  private readonly sorted: readonly Candidate[]
  private next = 0
  private readonly heap: Candidate[] = []

  constructor(candidates: readonly Candidate[]) {
    this.sorted = candidates.toSorted((a, b) => (isBefore(a, b) ? -1 : 1))
  }

  peek(): Candidate | undefined {
    const [returned] = this.heap
    const fresh = this.sorted[this.next]
    if (returned === undefined || fresh === undefined) return returned ?? fresh
    return isBefore(returned, fresh) ? returned : fresh
  }

  pop(): Candidate | undefined {
    const best = this.peek()
    if (best === this.heap[0] && best !== undefined) this.popHeap()
    else this.next++
    return best
  }

  push(candidate: Candidate): void {
    this.moveUp(this.heap.push(candidate) - 1)
  }

  /**
   * Puts back a candidate that was taken before and is worth so much now. If it is in the heap, it stays in its place unless it is worth more
   * than when it was put there.
   */
  raise(candidate: Candidate, worth: number): void {
    const at = this.heap.indexOf(candidate)
    if (at >= 0 && worth <= candidate.worth) return
    candidate.worth = worth
    if (at < 0) this.push(candidate)
    else this.moveUp(at)
  }

  private moveUp(from: number): void {
    const { heap } = this
    const candidate = heap[from]!
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(candidate, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = candidate
  }

  private popHeap(): void {
    const { heap } = this
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}

/**
 * The larger worth comes first; then the simpler combination, the earlier one in attribute order, the group with the earlier first
 * member.
 */
export function isBefore(a: Candidate, b: Candidate): boolean {
  if (a.worth !== b.worth) return a.worth > b.worth
  if (a.order !== b.order) return a.order < b.order
  return a.group < b.group
}
