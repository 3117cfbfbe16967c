import type { Status } from './subject.ts'

/**
 * Built-in attributes whose values are a closed list, in the spelling in which they are stored and listed. Rules and APIs spell the same
 * values as members of an enum. All other attributes are free text of the customer, compared as written.
 */
const enumAttributes: Readonly<Record<string, readonly string[]>> = {
  directory_status: ['enabled', 'disabled', 'deleted'] satisfies readonly Status[],
}

/** `ENABLED`, `STATUS_ENABLED`, `USER_STATUS_ENABLED` and `UserStatus.ENABLED` in any letter case. */
const prefix = /^(?:(?:user_)?status_|userstatus\.)/

/** The values that an attribute can have; undefined for free text. */
export function valuesOfEnum(attribute: string): readonly string[] | undefined {
  return Object.hasOwn(enumAttributes, attribute) ? enumAttributes[attribute] : undefined
}

/** A value in its stored form: a member of an enum in its one spelling, free text without blanks around it. */
export function storedValue(attribute: string, value: string): string {
  const trimmed = value.trim()
  const values = valuesOfEnum(attribute)
  if (values === undefined) return trimmed
  const plain = trimmed.toLowerCase().replace(prefix, '')
  return values.includes(plain) ? plain : trimmed
}
