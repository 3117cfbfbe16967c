/** What Assay does with what ConductorOne's clients set around catalogs: documented by hand, since most of it is that nothing follows. */
export const neighboursSection = `## Neighbours around catalogs

What Terraform's provider, \`c1i\` and \`cone\` call around access profiles. Held by \`test/platform/c1-catalogs.test.ts\`.

| what | Assay |
|---|---|
| catalogs, their entries, who sees them, automations | served; entries and references keep the order in which they were given |
| \`published\`, \`visibleToEveryone\`, access entitlements | kept, and acted on by the search for requestable entitlements alone |
| \`requestBundle\`, three behaviours, \`annotations\` | kept and shown; nothing acts on them |
| \`type\` | kept; refuses what it excludes; changes only where the mask names it |
| \`createRequests\` of entries | ignored: nothing is requested or granted in the applications |
| automation by \`entitlements\` | whoever holds any of them; told as it was set |
| \`disableCircuitBreaker\`, \`enforceOnSmallProfiles\`, \`removedMembersThresholdPercent\` | kept for each profile, and acted on |
| \`refs\` of a run | ignored: the whole rule is evaluated |
| deleted catalogs | 404, without \`deletedAt\` |
| an update without a mask | changes the members that the body has; \`annotations\` are replaced as a whole, and stay where there are none |
| app \`ConductorOne\` | built in: each profile is a resource with its enrolment as an entitlement of the profile's id; not mined, not counted, not exported |
| policies and duration of an enrolment | kept and shown; nothing acts on them. Entitlements of other apps: 501 |
| tasks | changes of membership; \`numericId\` is made of the id, comments are not kept, no task is assigned to anybody, what nothing has finds nothing |
| requests for tasks | for enrolments without automation; done at once unless the profile asks for tasks. Entitlements of other apps: 501 |
| policies | two, built in, which name what \`createTasks\` does; they cannot be changed |
| \`policies/validate/cel\` | checks as membership rules are checked: over \`subject\`, with the attributes of the imports |
| monitors of conflicts | policies of separation of duties that are switched off until somebody switches them on in Assay; \`enabled\` says so |
| \`negateGroupB\` | kept; such a monitor cannot be switched on |
| notifications of monitors | kept; nobody is told. \`slackNotifications.enabled\` is refused |
| aliases of entitlements | not kept: a search for one finds nothing |
`
