/** An array of numbers whose final length is not known. `transfer` frees the old memory at once. */
export class GrowingArray {
  length = 0
  values = new Uint32Array(1024)

  push(value: number): void {
    if (this.length === this.values.length) this.values = new Uint32Array(this.values.buffer.transfer(this.length * 8))
    this.values[this.length++] = value
  }
}
