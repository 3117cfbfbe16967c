const millisecondsPerDay = 86_400_000

/** Days since 1970-01-01 of a calendar date `YYYY-MM-DD`. @throws RangeError for another text */
export function dayOf(date: string): number {
  const milliseconds = /^\d{4}-\d{2}-\d{2}$/u.test(date) ? Date.parse(`${date}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(milliseconds)) throw new RangeError(`asOf must be a date YYYY-MM-DD, got "${date}"`)
  return milliseconds / millisecondsPerDay
}

export function dateOf(day: number): string {
  return new Date(day * millisecondsPerDay).toISOString().slice(0, 10)
}
