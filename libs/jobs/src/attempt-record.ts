/**
 * What is stored with a job about its attempts. pg-boss counts how often a job was taken; that includes stops and outages,
 * which do not depend on the job. We count only attempts that failed because of the job.
 */
export interface AttemptRecord {
  /** The message of the last attempt. */
  readonly message: string
  /** Unknown errors in a row. */
  readonly faults: number
  /** Worker processes in a row that died while they ran the job. */
  readonly deaths: number
  /**
   * Attempts in a row that failed because something was unavailable. They delay the next attempt and are never counted against
   * the job.
   */
  readonly waits: number
}

export const noAttempts: AttemptRecord = { message: '', faults: 0, deaths: 0, waits: 0 }

/** Unknown errors in a row after which a job is given up. */
export const mostFaults = 4
/**
 * The number of dead workers in a row after which a job is given up. High, because processes also die by deployments and by
 * other jobs; limited, because the job may be what kills them.
 */
export const mostDeaths = 25

/** Reads what an earlier attempt, also one of an older version, stored with the job. */
export function attemptRecordOf(output: unknown): AttemptRecord {
  if (typeof output !== 'object' || output === null) return noAttempts
  const stored = output as Readonly<Record<string, unknown>>
  const count = (name: string) => (Number.isInteger(stored[name]) ? Number(stored[name]) : 0)
  return {
    message: typeof stored.message === 'string' ? stored.message : '',
    faults: count('faults'),
    deaths: count('deaths'),
    waits: count('waits'),
  }
}

/**
 * Milliseconds until the next attempt. They double from `firstMs` with each attempt in a row, up to `mostMs`. Half of the time
 * is random, so that jobs that failed together are not repeated together.
 */
export function backoffMs(inARow: number, firstMs: number, mostMs: number, random = Math.random()): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(30, Math.max(0, inARow - 1)))
  return Math.round(whole * (0.5 + random / 2))
}

/** Something is unavailable: the job is tried again at least four times a minute, without an end. */
export const waitMs = (waits: number) => backoffMs(waits, 500, 15_000)
/** An unknown error. */
export const faultMs = (faults: number) => backoffMs(faults, 1000, 60_000)
/** A dead worker: after the first death, another worker takes the job at once. */
export const deathMs = (deaths: number) => (deaths <= 1 ? 0 : backoffMs(deaths - 1, 1000, 60_000))
