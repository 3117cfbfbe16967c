/**
 * What comes and goes with every call. An array, not a `Set` or a `Map`: when V8 exchanges the table of one of those, the old table
 * keeps all that was in it, and all that comes later, until the next full collection (docs/decisions/0006).
 */
export class Passing<T> {
  readonly #members: Member<T>[] = []

  /** In no order; those of this moment. */
  get members(): readonly Member<T>[] {
    return [...this.#members]
  }

  /** @returns what `remove` takes */
  add(value: T): Member<T> {
    const member = { value, place: this.#members.length }
    this.#members.push(member)
    return member
  }

  /** Does nothing the second time. */
  remove(member: Member<T>): void {
    const { place } = member
    if (place === gone) return
    member.place = gone
    const last = this.#members.pop()
    if (last === undefined || last === member) return
    this.#members[place] = last
    last.place = place
  }
}

/** A value, and where it is for now. */
export interface Member<T> {
  readonly value: T
  place: number
}

const gone = -1
