/**
 * The calls around role mining, for the page: what is served, what is null or the same for everybody, and what is refused. The
 * requests that hold it are in `cases/neighbours-*.ts`.
 */
export const neighboursSection = `## Neighbours

Calls that scripts make around role mining. Each is served under \`/v3\`, \`/beta\`, \`/v2024\`, \`/v2025\`, \`/v2026\` and as the path of its service
(\`/sources/v1\`), with one answer, and without the experimental header where nothing else is said. Lists take \`limit\` (0 to 250),
\`offset\`, \`count\`, \`filters\` and \`sorters\` as SailPoint describes them for each; ids are compared exactly, other texts without regard to
case. Beyond their end lists are empty, and \`limit=0\` asks for the count alone. Held by \`test/sailpoint/neighbours.test.ts\`.

| calls | Assay's | always null, empty or the same | refused |
|---|---|---|---|
| \`GET /sources\`, \`/sources/{id}\` | applications; \`since\` and \`modified\`: when the data came into force | \`owner\`, \`cluster\`, \`category\`, \`created\` and whatever belongs to provisioning: null; \`features\`, \`schemas\`: empty; \`type\` \`DelimitedFile\` | \`for-subadmin\`; \`/schemas\` (404) |
| \`GET /identities\`, \`/identities/{id}\`, \`/identity-attributes\` | identities, with the customer's columns in \`attributes\`; \`lifecycleState\` from the column \`cloudLifecycleState\` | \`processingState\`, \`created\`, \`modified\`: null; all are correlated, none is protected | |
| \`GET /identities/{id}/role-assignments\` | the access profiles that it is a member of | \`startDate\`, \`removeDate\`: null | |
| \`GET /entitlements/identities/{id}/entitlements\` | what it is assigned, and what its access profiles hold | \`tags\`: empty | |
| \`GET /public-identities\` | identities; \`sp:scopes:default\` opens it | \`attributes\`: department and job title | |
| \`GET /entitlements\`, \`/entitlements/{id}\`, \`/parents\`, \`/children\`, \`/entitlements/account/{id}/entitlements\` | entitlements, both forms in one; \`parents\` are the groups that an entitlement belongs to | \`owner\`, \`segments\`, \`tags\`, \`additionalOwners\`: null; \`requestable\`, \`cloudGoverned\`: false | an id that several sources have (400, by id); \`include-unsegmented=false\`, \`searchAfter\`, \`account-id\` with \`filters\`; \`PATCH\` (404) |
| \`GET /accounts\`, \`/accounts/{id}\`, \`/accounts/{id}/entitlements\` | accounts that sources brought; where an identity has access and none was brought, one that follows from it | \`locked\`, \`authoritative\`, \`systemAccount\`, \`uncorrelated\`, \`manuallyCorrelated\`: false; \`uuid\`, \`features\`, \`recommendation\`: null | |
| \`GET /account-usages/{id}/summaries\`, \`/source-usages/{id}/status\`, \`/summaries\` | days of use by month, of the twelve months that end with the newest day | | |
| \`POST /search\`, \`/search/count\`, \`/search/aggregate\`, \`GET /search/{index}/{id}\` | identities, roles (access profiles) and entitlements, by the language of [criteria.md](criteria.md); sort, \`searchAfter\`, \`filters\`, chosen members, up to 10,000 documents a page; documents with accounts, access and counts | the indices accessprofiles, accountactivities and events: empty; \`created\` and \`modified\` of identities and entitlements, \`identityProfile\`, \`source\` of identities, \`hash\`: null; \`locked\`, \`protected\`, \`requestable\`: false | query types but SAILPOINT, \`queryDsl\`, \`innerHit\`, time zones but UTC, unknown members and fields, null in \`searchAfter\`; aggregations but terms and counts (400) |
| \`GET /tenant\` | the tenant of the token | \`products\`: empty | |
| \`GET /workgroups\`, \`/identity-profiles\`, \`/campaigns\`, \`/certifications\`, \`/account-activities\`, \`/workflows\`, \`/transforms\`, \`/segments\`, \`/source-apps\` | there are none | \`[]\`, and 404 for one | |

Every other path of SailPoint's is 404 in SailPoint's form, and so is every other version.
`
