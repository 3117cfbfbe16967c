/**
 * A collection whose members are added and removed with every call. It is an array, not a `Set` or a `Map`: when V8 replaces
 * the table of one of those, the old table holds all its entries, and all later ones, until the next full collection
 * (docs/decisions/0006).
 */
export class Passing<T> {
  readonly #members: Member<T>[] = []

  /** The present members, in no order. */
  get members(): readonly Member<T>[] {
    return [...this.#members]
  }

  /** @returns the argument for `remove` */
  add(value: T): Member<T> {
    const member = { value, place: this.#members.length }
    this.#members.push(member)
    return member
  }

  /** A second call has no effect. */
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

/** A value, and its present index. */
export interface Member<T> {
  readonly value: T
  place: number
}

const gone = -1
