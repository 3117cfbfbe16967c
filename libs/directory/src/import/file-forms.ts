export interface FileForm {
  readonly required: readonly string[]
  readonly optional: readonly string[]
  /** Whether other columns are custom attributes; otherwise an unknown column is a fault. */
  readonly takesAttributes?: boolean
}

/** The native CSV set. */
export const csvForms = {
  'identities.csv': {
    required: ['id'],
    optional: [
      'display_name',
      'email',
      'username',
      'department',
      'job_title',
      'manager_id',
      'employment_type',
      'employment_status',
      'status',
      'type',
    ],
    takesAttributes: true,
  },
  'applications.csv': { required: ['id'], optional: ['display_name', 'description'] },
  'entitlements.csv': {
    required: ['id', 'application_id'],
    optional: ['display_name', 'description', 'resource_type', 'resource', 'attribute', 'risk_level', 'privileged'],
  },
  'grants.csv': {
    required: ['identity_id', 'entitlement_id'],
    optional: ['application_id', 'granted_at', 'last_used_at'],
  },
  'memberships.csv': {
    required: ['holder_entitlement_id', 'entitlement_id'],
    optional: ['holder_application_id', 'application_id'],
  },
  'usage.csv': { required: ['identity_id', 'application_id', 'day'], optional: [] },
  'access_profiles.csv': {
    required: ['id', 'display_name'],
    optional: ['description', 'cel_expression', 'common_access'],
  },
  'access_profile_entitlements.csv': {
    required: ['access_profile_id', 'entitlement_id'],
    optional: ['application_id'],
  },
} as const satisfies Record<string, FileForm>

export type CsvFileName = keyof typeof csvForms

/** A file with two integers on each line, identity and entitlement. An import with it has no other file. */
export const pairFileName = 'pairs.txt'

export const fileNames: readonly string[] = [...Object.keys(csvForms), pairFileName]
