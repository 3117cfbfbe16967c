/**
 * Arrays that every thread can read. They are shared memory even with one thread: V8 compiles the same loads for both kinds, and one kind
 * of array keeps one code path.
 */
export function sharedUint32(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * 4))
}

export function sharedInt32(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * 4))
}

export function sharedUint8(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length))
}

export function sharedUint16(length: number): Uint16Array {
  return new Uint16Array(new SharedArrayBuffer(length * 2))
}

/** Two bytes for each ordinal when there are few enough of them, otherwise four. */
export type Ordinals = Uint16Array | Uint32Array

export function sharedOrdinals(length: number, thingCount: number): Ordinals {
  return thingCount <= 0x10000 ? new Uint16Array(new SharedArrayBuffer(length * 2)) : sharedUint32(length)
}

/** A list of whole numbers that grows. `share` copies it to a shared array of the final length. */
export class GrowingList {
  private items = new Uint32Array(256)
  length = 0

  push(value: number): void {
    if (this.length === this.items.length) {
      const larger = new Uint32Array(this.items.length * 2)
      larger.set(this.items)
      this.items = larger
    }
    this.items[this.length++] = value
  }

  at(index: number): number {
    return this.items[index]!
  }

  /** All items, followed by unused memory, for loops that read many items; valid until the next push. */
  asItIs(): Uint32Array {
    return this.items
  }

  share(): Uint32Array {
    const shared = sharedUint32(this.length)
    shared.set(this.items.subarray(0, this.length))
    return shared
  }
}

/** Memory of one thread that is reused for one purpose at a time. */
export class ScratchArray {
  private items = new Int32Array(0)

  /** The first `length` elements, all set to `value`. Valid until the next call. */
  filled(length: number, value: number): Int32Array {
    return this.asItIs(length).fill(value)
  }

  /** The first `length` elements with their old contents. Valid until the next call. */
  asItIs(length: number): Int32Array {
    if (this.items.length < length) this.items = new Int32Array(length)
    return this.items.subarray(0, length)
  }
}
