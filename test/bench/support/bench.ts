import { cpus, totalmem } from 'node:os'

export type Scale = 'small' | 'full'

export interface Measure {
  /** The measured thing, in words that are clear without context: `import, times a bare COPY`. */
  readonly measure: string
  readonly value: number
  readonly unit: string
  /** The goal; a figure without a goal is only for comparison. */
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number }
}

interface BenchOptions {
  readonly scale: Scale
  readonly say: (text: string) => void
  /** The number of repetitions, for benchmarks that repeat one thing (`--count`); each has its own default. */
  readonly count?: number
  /** The duration, for benchmarks that watch something (`--minutes`). */
  readonly minutes?: number
  /** The seeds, for benchmarks that make their data from seeds (`--seeds`). */
  readonly seeds?: readonly number[]
}

export interface Bench {
  /** One sentence that says what is compared. */
  readonly about: string
  /** Runs the benchmark and cleans up, also when it fails. `say` is for progress, not for results. */
  run(options: BenchOptions): Promise<readonly Measure[]>
  /** `--scale huge`: ten times the full size, for benchmarks that have it. */
  runHuge?(options: Omit<BenchOptions, 'scale'>): Promise<readonly Measure[]>
}

/** One element of the array that `--json` writes. */
export interface Result {
  readonly bench: string
  readonly measure: string
  readonly value: number
  readonly unit: string
  readonly goal: string | null
  readonly met: boolean | null
  readonly machine: string
}

export function resultOf(bench: string, { measure, value, unit, goal }: Measure): Result {
  const machine = machineName()
  const rounded = Number(value.toPrecision(4))
  if (goal === undefined) return { bench, measure, value: rounded, unit, goal: null, met: null, machine }
  return 'atMost' in goal
    ? { bench, measure, value: rounded, unit, goal: `at most ${goal.atMost}`, met: value <= goal.atMost, machine }
    : { bench, measure, value: rounded, unit, goal: `at least ${goal.atLeast}`, met: value >= goal.atLeast, machine }
}

export function machineName(): string {
  const all = cpus()
  const memoryGb = Math.round(totalmem() / 2 ** 30)
  return `${all.length} x ${all[0]?.model.trim() ?? 'unknown'}, ${memoryGb} GB, Node ${process.version}, ${process.platform}`
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Runs `work` and returns its milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

export function table(results: readonly Result[]): string {
  const rows = results.map(({ bench, measure, value, unit, goal, met }) => [
    bench,
    measure,
    value.toLocaleString('en', { maximumSignificantDigits: 4 }),
    unit,
    goal ?? '',
    met === null ? '' : met ? 'yes' : 'NO',
  ])
  const lines = [['bench', 'measure', 'value', 'unit', 'goal', 'met'], ...rows]
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines
    .map((line) =>
      line
        .map((cell, i) => (i === 2 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
