import { DomainError, type FieldViolation, invalidArgument, mostListed } from '@assay/errors'

/** @throws invalid_argument with all violations; it does nothing without violations */
export function refuse(violations: readonly FieldViolation[]): void {
  const [first] = violations
  if (first === undefined) return
  const more = violations.length === 1 ? '' : ` (and ${violations.length - 1} more)`
  throw new DomainError('invalid_argument', `${first.field}: ${first.description}${more}`, {
    violations: violations.slice(0, mostListed * 5),
  })
}

/** @throws invalid_argument for a number that is not whole or outside the range */
export function whole(field: string, value: number, least: number, most: number): void {
  if (!(Number.isInteger(value) && value >= least && value <= most))
    throw invalidArgument(field, `must be a whole number from ${least} to ${most}, not ${value}`)
}

/** @throws invalid_argument for more than `most` characters */
export function requireShort(field: string, text: string, most: number): void {
  const { length } = [...text]
  if (length > most) throw invalidArgument(field, `must have at most ${most} characters; it has ${length}`)
}
