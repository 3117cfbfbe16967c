import { parseInstant } from '../csv/instant.ts'
import type { GrantTime } from './grants-in-place.ts'

/** A block of grants: numbers of people and entitlements, and times. The seconds of a missing time are NaN. */
interface NumberedBlock {
  readonly person: Uint32Array
  readonly entitlement: Uint32Array
  readonly grantedSeconds: Float64Array
  readonly grantedMicros: Uint32Array
  readonly usedSeconds: Float64Array
  readonly usedMicros: Uint32Array
}

/** The rows of grants.csv as numbers. */
export interface NumberedGrants {
  /** The ids by number. */
  readonly people: readonly string[]
  readonly entitlements: readonly (readonly [application: string, id: string])[]
  /** A block is valid until the next one is read. */
  blocks(): AsyncIterable<NumberedBlock>
}

/** The time that a text contains; undefined for a text that is not a time. */
export function readGrantTime(text: string): GrantTime | undefined {
  const bytes = Buffer.from(text)
  const time = { seconds: 0, micros: 0 }
  return parseInstant(bytes, 0, bytes.length, time) ? time : undefined
}
