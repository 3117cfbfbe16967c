/**
 * The kinds of errors: bad bytes of a snapshot, bad settings of an analysis, a bad question about a snapshot, data beyond a limit, or a
 * stopped analysis.
 */
export type MiningErrorKind = 'bad_snapshot' | 'bad_settings' | 'bad_query' | 'too_large' | 'stopped'

/**
 * The only error type of this library. `field` names the faulty part in the caller's terms (`rowOffset[7]`, `minCoverage`). With
 * `expected` and `got` a caller can build a message.
 */
export class MiningError extends Error {
  readonly kind: MiningErrorKind
  readonly field: string
  readonly expected: string
  readonly got: string

  constructor(kind: MiningErrorKind, field: string, expected: string, got: string | number) {
    super(`${field}: expected ${expected}, got ${got}`)
    this.name = 'MiningError'
    this.kind = kind
    this.field = field
    this.expected = expected
    this.got = String(got)
  }
}

/** The error after the caller's `shouldStop` returned true. */
export function stopped(): MiningError {
  return new MiningError('stopped', 'analysis', 'to run to its end', 'a request to stop')
}
