/** Seconds since 1970, and the microseconds of the second. */
export interface GrantTime {
  readonly seconds: number
  readonly micros: number
}
