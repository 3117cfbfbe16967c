import type { ElementList } from './criteria.ts'

export type FieldType = 'text' | 'boolean' | 'number'

/** Fields of an identity (contract section 12.2) that Assay knows, besides `attributes.<name>`. */
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
  },
  access: {
    id: 'text',
    name: 'text',
    displayName: 'text',
    type: 'text',
    'source.id': 'text',
    'source.name': 'text',
    attribute: 'text',
    value: 'text',
    privileged: 'boolean',
  },
  apps: { id: 'text', name: 'text', 'source.id': 'text', 'source.name': 'text' },
}

/** Attributes that have a column of their own, by the names that clients use. */
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
}
