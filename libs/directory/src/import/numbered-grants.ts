import { parseInstant } from '../csv/instant.ts'
import type { GrantTime } from './grants-in-place.ts'

/** Some grants: numbers of people and entitlements, and times, whose seconds are NaN for none. */
interface NumberedBlock {
  readonly person: Uint32Array
  readonly entitlement: Uint32Array
  readonly grantedSeconds: Float64Array
  readonly grantedMicros: Uint32Array
  readonly usedSeconds: Float64Array
  readonly usedMicros: Uint32Array
}

/** The rows of grants.csv by numbers. */
export interface NumberedGrants {
  /** Ids by number. */
  readonly people: readonly string[]
  readonly entitlements: readonly (readonly [application: string, id: string])[]
  /** A block may be used until the next. */
  blocks(): AsyncIterable<NumberedBlock>
}

/** Undefined for what is no time. */
export function readGrantTime(text: string): GrantTime | undefined {
  const bytes = Buffer.from(text)
  const time = { seconds: 0, micros: 0 }
  return parseInstant(bytes, 0, bytes.length, time) ? time : undefined
}
