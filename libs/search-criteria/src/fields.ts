import type { ElementList } from './criteria.ts'

export type FieldType = 'text' | 'boolean' | 'number'

/** Fields whose value is a custom attribute, with the names that organisations use for it. */
export const namesOfAttributes: Readonly<Record<string, readonly string[]>> = {
  firstName: ['firstName', 'firstname', 'first_name'],
  lastName: ['lastName', 'lastname', 'last_name'],
  phone: ['phone'],
  employeeNumber: ['employeeNumber', 'employeenumber', 'employee_number'],
}

/** Attributes that documents spell in one way, with the spellings that imports may have. */
export const spelledAttributes = {
  'attributes.firstname': ['firstname', 'firstName', 'FirstName', 'Firstname'],
  'attributes.lastname': ['lastname', 'lastName', 'LastName', 'Lastname'],
} as const

/** Fields of an identity (contract section 12.2) that Assay knows, in addition to `attributes.<name>`. */
export const identityFields: Readonly<Record<string, FieldType>> = {
  id: 'text',
  name: 'text',
  displayName: 'text',
  firstName: 'text',
  lastName: 'text',
  email: 'text',
  phone: 'text',
  employeeNumber: 'text',
  status: 'text',
  inactive: 'boolean',
  disabled: 'boolean',
  isManager: 'boolean',
  'manager.id': 'text',
  'manager.name': 'text',
  'manager.displayName': 'text',
  'source.id': 'text',
  'source.name': 'text',
  accountCount: 'number',
  appCount: 'number',
  accessCount: 'number',
  entitlementCount: 'number',
  accessProfileCount: 'number',
  roleCount: 'number',
  synced: 'text',
}

/** Fields that have the same value for every identity. */
export const identityConstants: Readonly<Record<string, string | number | boolean>> = {
  accessProfileCount: 0,
  _type: 'identity',
  type: 'identity',
  _version: 'v2',
  protected: false,
  locked: false,
  tagsCount: 0,
  visibleSegmentCount: 0,
}

/** Fields of the elements of each list. */
export const elementFields: Readonly<Record<ElementList, Readonly<Record<string, FieldType>>>> = {
  accounts: {
    name: 'text',
    accountId: 'text',
    'source.id': 'text',
    'source.name': 'text',
    privileged: 'boolean',
    disabled: 'boolean',
    locked: 'boolean',
    manuallyCorrelated: 'boolean',
    supportsPasswordChange: 'boolean',
  },
  access: {
    id: 'text',
    name: 'text',
    displayName: 'text',
    description: 'text',
    type: 'text',
    'source.id': 'text',
    'source.name': 'text',
    attribute: 'text',
    value: 'text',
    privileged: 'boolean',
  },
  apps: { id: 'text', name: 'text', 'source.id': 'text', 'source.name': 'text' },
}

/** Attributes that have a separate column, by the names that clients use. */
export const attributeColumns: Readonly<Record<string, string>> = {
  email: 'email',
  uid: 'username',
  username: 'username',
  displayName: 'display_name',
  department: 'department',
  jobTitle: 'job_title',
  job_title: 'job_title',
  manager: 'manager_id',
  employmentType: 'employment_type',
  employment_type: 'employment_type',
  employmentStatus: 'employment_status',
  employment_status: 'employment_status',
  directoryStatus: 'status',
  directory_status: 'status',
  type: 'type',
}
