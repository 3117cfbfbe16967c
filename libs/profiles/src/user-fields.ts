/** The type of `subject.profile`. */
export const profileType = 'map<string, dyn>'

/**
 * The fields of `subject` and of every other user: the type in rules, and the field of an identity that it reads. Two spellings read the
 * same field. `profile` and `attributes` read custom attributes.
 */
export const userFields = {
  id: { type: 'string', reads: 'id' },
  email: { type: 'string', reads: 'email' },
  emails: { type: 'list<string>', reads: 'email' },
  username: { type: 'string', reads: 'username' },
  usernames: { type: 'list<string>', reads: 'username' },
  displayName: { type: 'string', reads: 'displayName' },
  display_name: { type: 'string', reads: 'displayName' },
  department: { type: 'string', reads: 'department' },
  jobTitle: { type: 'string', reads: 'jobTitle' },
  job_title: { type: 'string', reads: 'jobTitle' },
  employmentType: { type: 'string', reads: 'employmentType' },
  employment_type: { type: 'string', reads: 'employmentType' },
  employmentStatus: { type: 'string', reads: 'employmentStatus' },
  employment_status: { type: 'string', reads: 'employmentStatus' },
  status: { type: 'UserStatus', reads: 'status' },
  directoryStatus: { type: 'UserStatus', reads: 'status' },
  directory_status: { type: 'UserStatus', reads: 'status' },
  type: { type: 'UserType', reads: 'type' },
  manager: { type: 'string', reads: 'managerEmail' },
  managerId: { type: 'string', reads: 'managerId' },
  manager_id: { type: 'string', reads: 'managerId' },
  managerIds: { type: 'list<string>', reads: 'managerId' },
  manager_ids: { type: 'list<string>', reads: 'managerId' },
  profile: { type: profileType },
  attributes: { type: profileType },
} as const

/** A field of an identity that rules read. */
export type FieldName = Extract<(typeof userFields)[keyof typeof userFields], { readonly reads: string }>['reads']
