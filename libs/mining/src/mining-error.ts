/**
 * What was refused: the bytes of a snapshot, the settings of an analysis, a question about a snapshot, data beyond a limit; or
 * it was stopped.
 */
export type MiningErrorKind = 'bad_snapshot' | 'bad_settings' | 'bad_query' | 'too_large' | 'stopped'

/**
 * The one error type of this library. `field` names the part at fault in the caller's own words (`rowOffset[7]`,
 * `minCoverage`), `expected` and `got` say the rest, so that a caller can build its own sentence.
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

/** Thrown when the caller's `shouldStop` said so; nothing is left behind. */
export function stopped(): MiningError {
  return new MiningError('stopped', 'analysis', 'to run to its end', 'a request to stop')
}
