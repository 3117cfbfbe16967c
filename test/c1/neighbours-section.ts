/** The effects of values that ConductorOne's clients set around catalogs. Written by hand, because most of them have no effect. */
export const neighboursSection = `## Neighbours around catalogs

These are the calls of Terraform's provider, \`c1i\` and \`cone\` around access profiles. \`test/platform/c1-catalogs.test.ts\` tests them.

| what | Assay |
|---|---|
| catalogs, their entries, their audiences, automations | served; entries and references stay in the order of the request |
| \`published\`, \`visibleToEveryone\`, access entitlements | stored; only the search for requestable entitlements uses them |
| \`requestBundle\`, three behaviours, \`annotations\` | stored and returned; they have no effect |
| \`type\` | stored; refuses what it excludes; changes only if the mask names it |
| \`createRequests\` of entries | ignored: nothing is requested or granted in the applications |
| automation by \`entitlements\` | the holders of any of them; returned as it was set |
| \`disableCircuitBreaker\`, \`enforceOnSmallProfiles\`, \`removedMembersThresholdPercent\` | stored for each profile, and used |
| \`refs\` of a run | ignored: the whole rule is evaluated |
| deleted catalogs | 404, without \`deletedAt\` |
| an update without a mask | changes the members of the body; \`annotations\` are replaced as a whole, and stay if the body has none |
| app \`ConductorOne\` | built in: each profile is a resource with its enrolment as an entitlement of the profile's id; not mined, not counted, not exported |
| policies and duration of an enrolment | stored and returned; they have no effect. Entitlements of other apps: 501 |
| tasks | changes of membership; \`numericId\` is computed from the id, comments are not stored, no task has an assignee, a condition that no task can meet matches nothing |
| requests for tasks | for enrolments without automation; done at once unless the profile asks for tasks. Entitlements of other apps: 501 |
| policies | two, built in, which name what \`createTasks\` does; they cannot be changed |
| \`policies/validate/cel\` | checks as membership rules are checked: over \`subject\`, with the attributes of the imports |
| monitors of conflicts | policies of separation of duties that are switched off until a user switches them on in Assay; \`enabled\` says so |
| \`negateGroupB\` | stored; such a monitor cannot be switched on |
| notifications of monitors | stored; no notification is sent. \`slackNotifications.enabled\` is refused |
| aliases of entitlements | not stored: a search for one matches nothing |
`
