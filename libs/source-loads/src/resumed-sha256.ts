// SHA-256 (FIPS 180-4) with a state that can be stored between the parts of a file. node:crypto does not export its state, and
// hashing several GiB when a load takes the file would exceed the time of a call.

const blockBytes = 64
const wordsBytes = 32

/** The first 32 bits of the fractional part of a root of a prime number. */
function fraction(root: number): number {
  return ((root - Math.floor(root)) * 2 ** 32) | 0
}

function primes(count: number): number[] {
  const found: number[] = []
  for (let number = 2; found.length < count; number++) {
    if (found.every((prime) => number % prime !== 0)) found.push(number)
  }
  return found
}

const first = Int32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)))
const constants = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)))

/**
 * The state after `data`: eight words, and the bytes after the last whole block.
 * @param state the result of this function for the bytes before; empty at the beginning
 */
export function hashedOn(state: Uint8Array, data: Uint8Array): Uint8Array {
  const words = wordsOf(state)
  const pending = state.subarray(wordsBytes)
  const missing = (blockBytes - pending.length) % blockBytes
  if (pending.length > 0 && data.length < missing) return stateOf(words, Buffer.concat([pending, data]))
  if (pending.length > 0) addBlocks(words, Buffer.concat([pending, data.subarray(0, missing)]))
  const rest = data.subarray(pending.length > 0 ? missing : 0)
  const whole = rest.length - (rest.length % blockBytes)
  addBlocks(words, rest.subarray(0, whole))
  return stateOf(words, rest.subarray(whole))
}

/** The hexadecimal hash of `length` bytes with this state. */
export function hashOfState(state: Uint8Array, length: number): string {
  const pending = state.subarray(wordsBytes)
  const end = Buffer.alloc(pending.length + 9 <= blockBytes ? blockBytes : 2 * blockBytes)
  end.set(pending)
  end[pending.length] = 0x80
  end.writeBigUInt64BE(BigInt(length) * 8n, end.length - 8)
  const words = wordsOf(state)
  addBlocks(words, end)
  return Buffer.from(stateOf(words, new Uint8Array())).toString('hex')
}

function wordsOf(state: Uint8Array): Int32Array {
  if (state.length === 0) return first.slice()
  const view = new DataView(state.buffer, state.byteOffset, wordsBytes)
  return Int32Array.from({ length: 8 }, (_, index) => view.getInt32(index * 4))
}

function stateOf(words: Int32Array, pending: Uint8Array): Uint8Array {
  const state = new Uint8Array(wordsBytes + pending.length)
  const view = new DataView(state.buffer)
  for (const [index, word] of words.entries()) view.setInt32(index * 4, word)
  state.set(pending, wordsBytes)
  return state
}

const schedule = new Int32Array(64)

/** Adds whole blocks to the words. */
function addBlocks(words: Int32Array, bytes: Uint8Array): void {
  const w = schedule
  const k = constants
  let [h0, h1, h2, h3, h4, h5, h6, h7] = words
  for (let at = 0; at < bytes.length; at += blockBytes) {
    for (let i = 0, p = at; i < 16; i++, p += 4) {
      w[i] = (bytes[p]! << 24) | (bytes[p + 1]! << 16) | (bytes[p + 2]! << 8) | bytes[p + 3]!
    }
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!
      const y = w[i - 2]!
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0
    }
    let a = h0!
    let b = h1!
    let c = h2!
    let d = h3!
    let e = h4!
    let f = h5!
    let g = h6!
    let h = h7!
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + k[i]! + w[i]!) | 0
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    h0 = (h0! + a) | 0
    h1 = (h1! + b) | 0
    h2 = (h2! + c) | 0
    h3 = (h3! + d) | 0
    h4 = (h4! + e) | 0
    h5 = (h5! + f) | 0
    h6 = (h6! + g) | 0
    h7 = (h7! + h) | 0
  }
  words.set([h0!, h1!, h2!, h3!, h4!, h5!, h6!, h7!])
}
