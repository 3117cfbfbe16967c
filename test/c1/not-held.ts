const c1 = 'c1.api.role_mining_management.v1'
const user = 'c1.api.user.v1'
const mcp = 'c1.mcp.role_mining.v1'
const source = `${user}.UserAttributeMappingSource`

/** The items of the contract that no test of this folder shows, with the reason. An item must leave this list when a test shows it. */
export const notHeld: readonly (readonly [reason: string, items: readonly string[]])[] = [
  ['a tool with a name but no published schema; the calls for filter attributes replace it', ['Q10']],
  [
    'an analysis of one cohort makes no suggestions, so it is always 0',
    [`field ${c1}.CustomAnalysisResultView.suggestionsGenerated`],
  ],
  [
    'the source of a value is not stored, so it is always empty',
    [
      ...['emailSources', 'usernameSources', 'employeeIdSources', 'departmentSources', 'jobTitleSources'],
      ...[
        'employmentTypeSources',
        'employmentStatusSources',
        'managerSources',
        'directoryIds',
        'directoryStatusSources',
      ],
    ].map((name) => `field ${user}.User.${name}`),
  ],
  ['an employee number is stored as an attribute, so it is always empty', [`field ${user}.User.employeeIds`]],
  [
    'no source has it, so it is always empty',
    ['roleIds', 'delegatedUserId', 'createdAt', 'updatedAt', 'deletedAt'].map((name) => `field ${user}.User.${name}`),
  ],
  [
    'the source of a value is not stored, so no response has it',
    [
      `message ${source}`,
      ...['appId', 'appUserId', 'appUserProfileAttributeKey', 'userAttributeMappingId', 'value', 'priority'].map(
        (name) => `field ${source}.${name}`,
      ),
    ],
  ],
  [
    'the sample organisation has no attribute with more than 50 values in one cohort; libs/mining tests it',
    [`field ${mcp}.AttributeFacet.valuesTruncated`],
  ],
  ['values are counted with the analysis, so it is always false', [`field ${mcp}.AttributeFacet.valuesUnavailable`]],
  [
    'only a fault of the engine returns it, and no request can cause one',
    [`value ${c1}.CustomAnalysisTerminalReason.CUSTOM_ANALYSIS_TERMINAL_REASON_ERROR`],
  ],
  [
    'no response has it; a request with it is refused (bad-members)',
    [
      `value ${c1}.SuggestionState.SUGGESTION_STATE_UNSPECIFIED`,
      `value ${mcp}.AccessProfileMatchType.ACCESS_PROFILE_MATCH_TYPE_UNSPECIFIED`,
    ],
  ],
  [
    'neither a response nor a request has it',
    [
      `value ${c1}.RunStatus.RUN_STATUS_UNSPECIFIED`,
      `value ${c1}.TriggerType.TRIGGER_TYPE_UNSPECIFIED`,
      `value ${user}.UserOrigin.USER_ORIGIN_UNSPECIFIED`,
      `value ${user}.UserType.USER_TYPE_UNSPECIFIED`,
      `value ${user}.User.Status.UNKNOWN`,
      `value ${mcp}.CohortFilterAttributeKind.COHORT_FILTER_ATTRIBUTE_KIND_UNSPECIFIED`,
    ],
  ],
  ['runs of a schedule wait for a clock', [`value ${c1}.TriggerType.TRIGGER_TYPE_SCHEDULED`]],
  ['there are no directories to merge', [`value ${c1}.TriggerType.TRIGGER_TYPE_DIRECTORY_MERGE`]],
  [
    'every user comes from an import',
    [`value ${user}.UserOrigin.USER_ORIGIN_LOCAL`, `value ${user}.UserOrigin.USER_ORIGIN_SYSTEM`],
  ],
  [
    'requested cohorts consist of enabled people',
    [
      ...['SYSTEM', 'SERVICE', 'AGENT'].map((type) => `value ${user}.UserType.USER_TYPE_${type}`),
      `value ${user}.User.Status.DISABLED`,
      `value ${user}.User.Status.DELETED`,
    ],
  ],
]
