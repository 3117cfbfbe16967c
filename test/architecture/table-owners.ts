/**
 * Which room owns which tables and functions of the schema. A room reads and writes its own tables; another room asks its
 * functions, or puts its fragments into a query. What a migration makes stands here.
 */
export const owners: Readonly<Record<string, readonly string[]>> = {
  store: [
    'tenants',
    'write_checks',
    'keep_tenants_apart',
    'applied_migrations',
    'check_writes',
    'tenants_due_for_removal',
    'drop_grants_of_removed_tenant',
    'remove_due_tenant',
  ],
  auth: [
    'api_clients',
    'client_trusts',
    'used_assertions',
    'call_counts',
    'signing_keys',
    'api_client_by_id',
    'signing_key_in_use',
    'verification_keys',
    'put_signing_key',
    'replace_private_key',
  ],
  directory: [
    'imports',
    'import_files',
    'import_uploads',
    'import_file_chunks',
    'identities',
    'applications',
    'entitlements',
    'grants',
    'usage',
    'snapshots',
    'snapshot_chunks',
    'require_committing',
    'create_grant_partition',
    'merge_duplicate_grants',
    'index_grant_partition',
    'attach_grant_partition',
    'drop_replaced_grants',
    'remove_dead_uploads',
  ],
  'source-loads': [
    'sources',
    'source_maps',
    'source_loads',
    'source_files',
    'source_file_chunks',
    'source_people',
    'source_accounts',
    'source_applications',
    'source_entitlements',
    'source_grants',
    'source_usage',
    'source_account_owners',
    'source_orphans',
    'source_account_links',
    'source_compositions',
  ],
  'source-pulls': ['source_pulls'],
  profiles: ['access_profiles', 'access_profile_entitlements', 'access_profile_members', 'access_profile_tasks'],
  'role-mining': [
    'role_mining_configs',
    'role_mining_runs',
    'role_mining_suggestions',
    'custom_analyses',
    'role_models',
    'role_model_roles',
    'population_minings',
    'population_mining_roles',
    'keep_earlier_position',
  ],
  'role-sessions': [
    'mining_sessions',
    'potential_roles',
    'staged_roles',
    'potential_role_exports',
    'potential_role_export_chunks',
    'session_settings',
    'tenants_with_expired_exports',
  ],
  /** The schema that pg-boss makes, and what holds its jobs. */
  jobs: ['pgboss', 'hold_job_of_inactive_tenant'],
}

/** What a function of a room may name besides what is its room's, with the reason. */
export const exceptions: Readonly<Record<string, { readonly names: string; readonly because: string }>> = {
  api_client_by_id: {
    names: 'tenants',
    because: 'a token holds the name of the tenant, and nothing is known before it',
  },
  hold_job_of_inactive_tenant: {
    names: 'tenants',
    because: 'a job waits by the state of its tenant, and the lock on that row orders the two',
  },
  drop_grants_of_removed_tenant: {
    names: 'imports',
    because: 'a partition of grants has the name of its import, and a removed tenant loses them all',
  },
  remove_due_tenant: {
    names: 'imports',
    because: 'rows go only after the partitions of grants, which imports name',
  },
}
