/**
 * The section of the page on calls around role mining: what is served, what is always null or the same, and what is refused.
 * `cases/neighbours-*.ts` test it.
 */
export const neighboursSection = `## Neighbours

Scripts make these calls around role mining. Each is served under \`/v3\`, \`/beta\`, \`/v2024\`, \`/v2025\`, \`/v2026\` and under the path of its
service (\`/sources/v1\`), with the same response. It needs no experimental header unless the table says so. Lists accept \`limit\` (0 to 250),
\`offset\`, \`count\`, \`filters\` and \`sorters\` as SailPoint describes them for each list. Ids are compared exactly, other texts without regard
to case. Pages beyond the end are empty; \`limit=0\` returns only the count. \`test/sailpoint/neighbours.test.ts\` tests them.

| calls | in Assay | always null, empty or the same | refused |
|---|---|---|---|
| \`GET /sources\`, \`/sources/{id}\` | applications; \`since\` and \`modified\`: when the data came into force | \`owner\`, \`cluster\`, \`category\`, \`created\` and all members about provisioning: null; \`features\`, \`schemas\`: empty; \`type\` \`DelimitedFile\` | \`for-subadmin\`; \`/schemas\` (404) |
| \`GET /identities\`, \`/identities/{id}\`, \`/identity-attributes\` | identities, with the customer's columns in \`attributes\`; \`lifecycleState\` from the column \`cloudLifecycleState\` | \`processingState\`, \`created\`, \`modified\`: null; all are correlated, none is protected | |
| \`GET /identities/{id}/role-assignments\` | the access profiles of which the identity is a member | \`startDate\`, \`removeDate\`: null | |
| \`GET /entitlements/identities/{id}/entitlements\` | assigned entitlements, and the entitlements of its access profiles | \`tags\`: empty | |
| \`GET /public-identities\` | identities; \`sp:scopes:default\` is enough | \`attributes\`: department and job title | |
| \`GET /entitlements\`, \`/entitlements/{id}\`, \`/parents\`, \`/children\`, \`/entitlements/account/{id}/entitlements\` | entitlements, both forms in one; \`parents\` are the groups that an entitlement belongs to | \`owner\`, \`segments\`, \`tags\`, \`additionalOwners\`: null; \`requestable\`, \`cloudGoverned\`: false | an id that several sources have (400, by id); \`include-unsegmented=false\`, \`searchAfter\`, \`account-id\` with \`filters\`; \`PATCH\` (404) |
| \`GET /accounts\`, \`/accounts/{id}\`, \`/accounts/{id}/entitlements\` | accounts of sources; when an identity has access but no account, one derived from its access | \`locked\`, \`authoritative\`, \`systemAccount\`, \`uncorrelated\`, \`manuallyCorrelated\`: false; \`uuid\`, \`features\`, \`recommendation\`: null | |
| \`GET /account-usages/{id}/summaries\`, \`/source-usages/{id}/status\`, \`/summaries\` | days of use by month, for the twelve months that end with the newest day | | |
| \`POST /search\`, \`/search/count\`, \`/search/aggregate\`, \`GET /search/{index}/{id}\` | identities, roles (access profiles) and entitlements, in the language of [criteria.md](criteria.md); sort, \`searchAfter\`, \`filters\`, selected members, up to 10,000 documents a page; documents with accounts, access and counts | the indices accessprofiles, accountactivities and events: empty; \`created\` and \`modified\` of identities and entitlements, \`identityProfile\`, \`source\` of identities, \`hash\`: null; \`locked\`, \`protected\`, \`requestable\`: false | query types except SAILPOINT, \`queryDsl\`, \`innerHit\`, time zones except UTC, unknown members and fields, null in \`searchAfter\`; aggregations except terms and counts (400) |
| \`GET /tenant\` | the tenant of the token | \`products\`: empty | |
| \`GET /workgroups\`, \`/identity-profiles\`, \`/campaigns\`, \`/certifications\`, \`/account-activities\`, \`/workflows\`, \`/transforms\`, \`/segments\`, \`/source-apps\` | there are none | \`[]\`, and 404 for one | |

All other paths and versions of SailPoint are 404 in SailPoint's form.
`
