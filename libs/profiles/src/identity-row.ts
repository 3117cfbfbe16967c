import { type Holdings, type IdentityFacts, type Kind, profileValue, type Status, Subject } from './subject.ts'

/** An identity of a batch, in the order of the columns that `batchesOf` selects. */
export type IdentityRow = readonly [
  key: number,
  id: string,
  email: string,
  username: string,
  displayName: string,
  department: string,
  jobTitle: string,
  employmentType: string,
  employmentStatus: string,
  managerId: string,
  managerEmail: string | null,
  status: Status,
  type: Kind,
  attributes: Readonly<Record<string, unknown>>,
]

export const keyAt = 0
export const idAt = 1
export const managerIdAt = 9
export const typeAt = 12
const attributesAt = 13

/** The index of each field in a row. */
const fieldAt = {
  id: idAt,
  email: 2,
  username: 3,
  displayName: 4,
  department: 5,
  jobTitle: 6,
  employmentType: 7,
  employmentStatus: 8,
  managerId: managerIdAt,
  managerEmail: 10,
  status: 11,
  type: typeAt,
} as const satisfies Record<Exclude<keyof IdentityFacts, 'attributes'>, number>

/** The value of a field as a rule sees it, apart from white space around it. */
export function fieldText(row: IdentityRow, name: keyof typeof fieldAt): string {
  return row[fieldAt[name]] ?? ''
}

/** The value of a custom attribute with its type, as JSON; empty when it is missing. */
export function attributeText(row: IdentityRow, key: string): string {
  const attributes = row[attributesAt]
  const value = Object.hasOwn(attributes, key) ? profileValue(attributes[key]) : undefined
  return value === undefined ? '' : JSON.stringify(value)
}

export function subjectOf(row: IdentityRow, holdings: Holdings): Subject {
  const [, id, email, username, displayName, department, jobTitle, employmentType, employmentStatus, ...rest] = row
  const [managerId, managerEmail, status, type, attributes] = rest
  return new Subject(
    {
      id,
      email,
      username,
      displayName,
      department,
      jobTitle,
      employmentType,
      employmentStatus,
      managerId,
      managerEmail: managerEmail ?? '',
      status,
      type,
      attributes,
    },
    holdings,
  )
}

/** A row with the mail address of its manager, which comes from the manager's row. */
export function withManagerEmail(row: IdentityRow, manager: IdentityRow | undefined): IdentityRow {
  return row.with(fieldAt.managerEmail, manager?.[fieldAt.email] ?? null) as unknown as IdentityRow
}
