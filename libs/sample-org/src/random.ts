import { itemAt } from './item-at.ts'
/**
 * A seeded generator of pseudo-random numbers (xoshiro128** over 32-bit words, seeded by splitmix32). The same seed and label give the same
 * numbers on every machine, since only 32-bit integer operations are used. Not for secrets.
 *
 * Each concern draws from a separate stream (`stream(label)`), so that an additional draw in one place does not change the numbers of the
 * others.
 */
export class Random {
  readonly #seed: number
  readonly #state: [number, number, number, number]

  constructor(seed: number) {
    this.#seed = seed >>> 0
    const word = (number: number) => avalanche((this.#seed + Math.imul(number, 0x9e3779b9)) >>> 0)
    this.#state = [word(1), word(2), word(3), word(4)]
  }

  /** An independent generator that depends only on the seed and the label, not on earlier draws. */
  stream(label: string): Random {
    let hash = this.#seed ^ 0x811c9dc5
    for (let index = 0; index < label.length; index++) hash = Math.imul(hash ^ label.charCodeAt(index), 0x01000193)
    return new Random(avalanche(hash >>> 0))
  }

  /** A number in [0, 1) with 32 bits. */
  next(): number {
    const state = this.#state
    const scrambled = Math.imul(rotate(Math.imul(state[1], 5), 7), 9) >>> 0
    const shifted = state[1] << 9
    state[2] ^= state[0]
    state[3] ^= state[1]
    state[1] ^= state[2]
    state[0] ^= state[3]
    state[2] ^= shifted
    state[3] = rotate(state[3], 11)
    return scrambled / 0x1_0000_0000
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly T[]): T {
    return itemAt(items, Math.floor(this.next() * items.length))
  }

  /** The index of a weight, drawn in proportion to the weights. */
  weighted(weights: readonly number[]): number {
    let left = this.next() * weights.reduce((sum, weight) => sum + weight, 0)
    for (const [ordinal, weight] of weights.entries()) {
      left -= weight
      if (left < 0) return ordinal
    }
    return weights.length - 1
  }

  /** A new array with the same items in random order. */
  shuffled<T>(items: readonly T[]): T[] {
    const order = [...items]
    for (let last = order.length - 1; last > 0; last--) {
      const other = this.integer(0, last)
      const moved = itemAt(order, last)
      order[last] = itemAt(order, other)
      order[other] = moved
    }
    return order
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}

function avalanche(word: number): number {
  let mixed = word
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
