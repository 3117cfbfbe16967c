import { type Holdings, type IdentityFacts, type Kind, type Status, Subject, textOf } from './subject.ts'

/** One identity of a batch, in the order of the columns that `loadBatch` selects. */
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
export const typeAt = 12
const attributesAt = 13

/** Where each field stands in a row. */
const fieldAt = {
  id: 1,
  email: 2,
  username: 3,
  displayName: 4,
  department: 5,
  jobTitle: 6,
  employmentType: 7,
  employmentStatus: 8,
  managerId: 9,
  managerEmail: 10,
  status: 11,
  type: typeAt,
} as const satisfies Record<Exclude<keyof IdentityFacts, 'attributes'>, number>

/** The value of a field, as a rule sees it up to white space around it. */
export function fieldText(row: IdentityRow, name: keyof typeof fieldAt): string {
  return row[fieldAt[name]] ?? ''
}

/** The value of a custom attribute, as a rule sees it; empty when it is absent. */
export function attributeText(row: IdentityRow, key: string): string {
  const attributes = row[attributesAt]
  return Object.hasOwn(attributes, key) ? (textOf(attributes[key]) ?? '') : ''
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
