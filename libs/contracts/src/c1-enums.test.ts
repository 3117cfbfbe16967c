import type { DescEnum } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { CustomAnalysisTerminalReasonSchema } from './generated/c1/api/role_mining_management/v1/custom_analysis_pb.js'
import { RunStatusSchema, TriggerTypeSchema } from './generated/c1/api/role_mining_management/v1/run_pb.js'
import { SuggestionStateSchema } from './generated/c1/api/role_mining_management/v1/suggestion_pb.js'
import { User_StatusSchema, UserOriginSchema, UserTypeSchema } from './generated/c1/api/user/v1/user_pb.js'
import { CohortFilterAttributeKindSchema } from './generated/c1/mcp/role_mining/v1/cohort_pb.js'
import { AccessProfileMatchTypeSchema } from './generated/c1/mcp/role_mining/v1/entitlement_pb.js'

// The names as JSON spells them, the zero value first.
const published: [DescEnum, string[]][] = [
  [RunStatusSchema, ['RUN_STATUS_UNSPECIFIED', 'RUN_STATUS_RUNNING', 'RUN_STATUS_COMPLETED', 'RUN_STATUS_FAILED']],
  [
    TriggerTypeSchema,
    [
      'TRIGGER_TYPE_UNSPECIFIED',
      'TRIGGER_TYPE_MANUAL',
      'TRIGGER_TYPE_UPLIFT_COMPLETION',
      'TRIGGER_TYPE_SCHEDULED',
      'TRIGGER_TYPE_DIRECTORY_MERGE',
    ],
  ],
  [
    SuggestionStateSchema,
    ['SUGGESTION_STATE_UNSPECIFIED', 'SUGGESTION_STATE_NEW', 'SUGGESTION_STATE_DISMISSED', 'SUGGESTION_STATE_ACCEPTED'],
  ],
  [
    AccessProfileMatchTypeSchema,
    [
      'ACCESS_PROFILE_MATCH_TYPE_UNSPECIFIED',
      'ACCESS_PROFILE_MATCH_TYPE_EXACT',
      'ACCESS_PROFILE_MATCH_TYPE_SUPERSET',
      'ACCESS_PROFILE_MATCH_TYPE_PARTIAL',
    ],
  ],
  [
    CustomAnalysisTerminalReasonSchema,
    [
      'CUSTOM_ANALYSIS_TERMINAL_REASON_UNSPECIFIED',
      'CUSTOM_ANALYSIS_TERMINAL_REASON_ERROR',
      'CUSTOM_ANALYSIS_TERMINAL_REASON_SUPERSEDED',
    ],
  ],
  [
    CohortFilterAttributeKindSchema,
    [
      'COHORT_FILTER_ATTRIBUTE_KIND_UNSPECIFIED',
      'COHORT_FILTER_ATTRIBUTE_KIND_BUILTIN',
      'COHORT_FILTER_ATTRIBUTE_KIND_CUSTOM',
    ],
  ],
  [User_StatusSchema, ['UNKNOWN', 'ENABLED', 'DISABLED', 'DELETED']],
  [
    UserTypeSchema,
    ['USER_TYPE_UNSPECIFIED', 'USER_TYPE_SYSTEM', 'USER_TYPE_HUMAN', 'USER_TYPE_SERVICE', 'USER_TYPE_AGENT'],
  ],
  [UserOriginSchema, ['USER_ORIGIN_UNSPECIFIED', 'USER_ORIGIN_DIRECTORY', 'USER_ORIGIN_LOCAL', 'USER_ORIGIN_SYSTEM']],
]

test.each(published.map(([schema, names]) => [schema.typeName, schema, names] as const))(
  '%s has exactly the published values',
  (_, schema, names) => {
    expect(schema.values.map((value) => value.name)).toEqual(names)
    expect(schema.values.map((value) => value.number)).toEqual(names.map((_name, index) => index))
  },
)
