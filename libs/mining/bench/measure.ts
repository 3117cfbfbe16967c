/** One line of the table; the shape that `npm run bench` prints. One without a goal is there for comparison. */
export interface Measure {
  readonly measure: string
  readonly value: number
  readonly unit: string
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number }
}

/** Seconds that `work` takes. */
export async function secondsOf(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}

/** The limit of the machine: the sum of all elements, `times` times over, on this thread. */
export function scan(values: Uint32Array, times: number): number {
  let sum = 0
  for (let time = 0; time < times; time++) {
    for (let start = 0; start < values.length; start += blockLength) {
      sum = (sum + sumOf(values, start, Math.min(start + blockLength, values.length))) | 0
    }
  }
  return sum
}

const blockLength = 65_536

/** Called by blocks, so that it is compiled as a whole; one long loop is at times stuck in slow code. */
function sumOf(values: Uint32Array, start: number, end: number): number {
  let sum = 0
  for (let at = start; at < end; at++) sum = (sum + values[at]!) | 0
  return sum
}

/** For a table of a bench that runs by itself. */
export function printMeasures(measures: readonly Measure[]): void {
  for (const { measure, value, unit, goal } of measures) {
    const limit = goal === undefined ? '' : 'atMost' in goal ? `at most ${goal.atMost}` : `at least ${goal.atLeast}`
    const isMet = goal === undefined || ('atMost' in goal ? value <= goal.atMost : value >= goal.atLeast)
    console.log([measure, Number(value.toPrecision(4)), unit, limit, isMet ? '' : 'NO'].join('\t').trimEnd())
  }
}
