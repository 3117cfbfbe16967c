import type { PublishedCall } from '@assay/transcoding'

/** The calls that ConductorOne publishes under `/api/v1`: methods by path; a variable is `{}`. */
const calls = `
/access_review POST
/access_review/{} GET POST DELETE
/access_review/{}/entitlements/add POST
/access_review/{}/report GET POST
/access_review/{}/scope_and_entitlements GET POST
/access_review_template POST
/access_review_template/{} GET POST DELETE
/access_review_template/{}/entitlements/add POST
/access_review_template/{}/scope_and_entitlements GET POST
/access_reviews GET
/accessconflict POST
/accessconflict/{} GET POST DELETE
/appentitlementmonitorbinding POST DELETE
/appentitlementmonitorbinding/get POST
/apps GET POST
/apps/connectors/credentials POST
/apps/connectors/validate_config/http POST
/apps/{} GET POST DELETE
/apps/{}/access_request_defaults GET POST
/apps/{}/access_request_defaults/cancel POST
/apps/{}/app_users GET
/apps/{}/app_users/{} POST
/apps/{}/app_users/{}/credentials GET
/apps/{}/connectors GET POST
/apps/{}/connectors/create POST
/apps/{}/connectors/{} GET POST DELETE
/apps/{}/connectors/{}/confirm_sync_valid/{} POST
/apps/{}/connectors/{}/credentials/{} GET POST
/apps/{}/connectors/{}/delegated POST
/apps/{}/connectors/{}/force_sync POST
/apps/{}/connectors/{}/pause POST
/apps/{}/connectors/{}/resume POST
/apps/{}/connectors/{}/syncs/{}/download_url GET
/apps/{}/entitlements GET POST
/apps/{}/entitlements/resource_types/{}/resources/{} GET
/apps/{}/entitlements/users/{} GET
/apps/{}/entitlements/{} GET POST DELETE
/apps/{}/entitlements/{}/add-manual-user POST
/apps/{}/entitlements/{}/automation GET DELETE
/apps/{}/entitlements/{}/automation/create POST
/apps/{}/entitlements/{}/automation/exclusions GET POST DELETE
/apps/{}/entitlements/{}/automation/update POST
/apps/{}/entitlements/{}/grants GET
/apps/{}/entitlements/{}/ownerids GET
/apps/{}/entitlements/{}/owners GET POST PUT DELETE
/apps/{}/entitlements/{}/owners/{} DELETE
/apps/{}/entitlements/{}/remove-membership DELETE
/apps/{}/entitlements/{}/users GET
/apps/{}/entitlements/{}/users/{}/grants GET
/apps/{}/entitlements/{}/users/{}/remove-grant-duration POST
/apps/{}/entitlements/{}/users/{}/update-grant-duration POST
/apps/{}/ownerids GET
/apps/{}/owners GET PUT DELETE
/apps/{}/owners/{} POST DELETE
/apps/{}/report GET POST
/apps/{}/resource_types GET POST
/apps/{}/resource_types/{} GET POST DELETE
/apps/{}/resource_types/{}/resource/{}/ownerids GET DELETE
/apps/{}/resource_types/{}/resource/{}/owners GET POST PUT DELETE
/apps/{}/resource_types/{}/resources GET POST
/apps/{}/resource_types/{}/resources/{} GET POST DELETE
/apps/{}/usage_controls GET POST
/apps/{}/users/{}/app_users GET
/apps/{}/{}/bindings/{}/{} GET POST DELETE
/attribute/{} DELETE
/attributes POST
/attributes/compliance_frameworks GET POST
/attributes/compliance_frameworks/{} GET DELETE
/attributes/risk_levels GET POST
/attributes/risk_levels/{} GET DELETE
/attributes/types GET
/attributes/types/{}/values GET
/attributes/{} GET
/auth/introspect GET
/automation_executions GET
/automation_executions/search POST
/automation_executions/{} GET
/automation_executions/{}/actions/terminate POST
/automation_versions/search POST
/automations GET POST
/automations/search POST
/automations/{} GET POST DELETE
/automations/{}/execute POST
/catalogs GET POST
/catalogs/{} GET POST DELETE
/catalogs/{}/bundle_automation GET POST DELETE
/catalogs/{}/bundle_automation/create POST
/catalogs/{}/bundle_automation/resume POST
/catalogs/{}/bundle_automation/run POST
/catalogs/{}/requestable_entitlementIDs GET
/catalogs/{}/requestable_entitlements GET
/catalogs/{}/requestable_entitlements/update POST
/catalogs/{}/requestable_entries POST DELETE
/catalogs/{}/requestable_entries/{}/{} GET PUT DELETE
/catalogs/{}/visibility_bindings POST DELETE
/catalogs/{}/visibility_entitlements GET
/directories GET POST
/directories/{} GET PUT DELETE
/functions GET POST
/functions/update POST
/functions/{} GET DELETE
/functions/{}/commits GET
/functions/{}/invocations GET
/functions/{}/invocations/{} GET
/functions/{}/invoke POST
/functions/{}/secret-encryption-key GET
/functions/{}/tags GET POST
/grants/feed POST
/iam/personal_clients GET POST
/iam/personal_clients/{} GET POST DELETE
/iam/roles GET
/iam/roles/{} GET POST
/policies GET POST
/policies/test-account-provision-policy POST
/policies/validate/cel POST
/policies/{} GET POST DELETE
/request_schema_entitlement_binding POST PUT DELETE
/request_schemas POST
/request_schemas/{} GET POST DELETE
/search/app_resource_types POST
/search/app_resources POST
/search/app_users POST
/search/apps POST
/search/apps/{}/entitlements/users/{} GET
/search/attributes POST
/search/entitlements POST
/search/functions POST
/search/grants POST
/search/graph POST
/search/graph/counts POST
/search/graph/resources POST
/search/iam/personal_clients POST
/search/past-grants POST
/search/policies POST
/search/request_catalog/entitlements POST
/search/step-up/providers POST
/search/step-up/transactions POST
/search/systemlog/exports POST
/search/tasks POST
/search/user-ownership POST
/search/users POST
/search/webhooks POST
/service_principals GET POST
/settings/aws-external-id GET
/settings/domains GET PUT
/settings/session GET POST
/settings/session/test-source-ip POST
/step-up/providers GET POST
/step-up/providers/{} GET POST DELETE
/step-up/providers/{}/secret POST
/step-up/providers/{}/test POST
/step-up/transactions/{} GET
/systemlog/events POST
/systemlog/exports GET POST
/systemlog/exports/{} GET POST DELETE
/systemlog/exports/{}/events POST
/task/audits POST
/task/grant POST
/task/offboarding POST
/task/revoke POST
/tasks/{} GET
/tasks/{}/action/approve POST
/tasks/{}/action/approve-with-step-up POST
/tasks/{}/action/close POST
/tasks/{}/action/comment POST
/tasks/{}/action/deny POST
/tasks/{}/action/escalate POST
/tasks/{}/action/process POST
/tasks/{}/action/reassign POST
/tasks/{}/action/reset POST
/tasks/{}/action/restart POST
/tasks/{}/action/skip-step POST
/tasks/{}/action/update-grant-duration POST
/tasks/{}/action/update-request-data POST
/user-attribute-mappings GET POST
/users GET
/users/introspect POST
/users/{} GET
/users/{}/profile-types GET
/users/{}/set-delegation-by-admin POST
/vaults POST
/vaults/{} GET POST DELETE
/webhooks GET POST
/webhooks/{} GET POST DELETE
/webhooks/{}/test POST
/workload_federation/providers GET POST
`

/** The calls that ConductorOne publishes, served or not. The paths and methods are facts about its API; the list is ours. */
export const published: readonly PublishedCall[] = calls
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [path = '', ...methods] = line.split(' ')
    let variables = 0
    const template = `/api/v1${path.replaceAll('{}', () => `{v${++variables}}`)}`
    return methods.map((httpMethod) => ({ httpMethod, template }))
  })
