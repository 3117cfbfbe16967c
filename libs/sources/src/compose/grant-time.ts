/** Seconds since 1970 and microseconds beyond. */
export interface GrantTime {
  readonly seconds: number
  readonly micros: number
}
