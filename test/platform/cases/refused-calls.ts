import type { ImportService } from '@assay/contracts/assay/directory/v1/import_service_pb'
import type { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import type { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import { SuggestionState } from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { type Client, Code } from '@connectrpc/connect'
import type { FurnishedPlatform } from '../furnished.ts'

interface Clients {
  readonly mining: Client<typeof RoleMiningManagementService>
  readonly profiles: Client<typeof ProfileService>
  readonly imports: Client<typeof ImportService>
}

const nobody = '00000000-0000-4000-8000-000000000000'

/** Refused calls of a Connect client: the request, and the code and message of the error. */
export const refusedCalls: readonly (readonly [
  input: string,
  call: (clients: Clients, ids: FurnishedPlatform['ids']) => Promise<unknown>,
  code: Code,
  words: RegExp,
])[] = [
  ['an unknown id', ({ mining }) => mining.getSuggestion({ id: nobody }), Code.NotFound, /suggestion "0{8}-/],
  [
    'U+0000 in an id',
    ({ mining }) => mining.getSuggestion({ id: 'a\0b' }),
    Code.InvalidArgument,
    /^id: must not contain U\+0000$/,
  ],
  [
    'U+0000 deep inside',
    ({ mining }) =>
      mining.createAccessProfileFromCohort({
        displayName: 'x',
        profileFilters: [{ attribute: 'department', values: ['a', '\0'] }],
      }),
    Code.InvalidArgument,
    /^profile_filters\[0\]\.values\[1\]: must not contain U\+0000$/,
  ],
  [
    'U+0000 in a stream',
    ({ imports }) => imports.uploadImportFile(once({ importId: '1\0', fileName: 'grants.csv' })),
    Code.InvalidArgument,
    /^import_id: must not contain/,
  ],
  [
    'a stream without a message',
    ({ imports }) => imports.uploadImportFile(none()),
    Code.InvalidArgument,
    /^import_id: the first message must name/,
  ],
  [
    'an unknown number of a state',
    ({ mining }) => mining.listSuggestions({ states: [99 as SuggestionState] }),
    Code.InvalidArgument,
    /^states\[0\]: must be SUGGESTION_STATE_NEW/,
  ],
  [
    'a negative page size',
    ({ profiles }) => profiles.listAccessProfiles({ pageSize: -1 }),
    Code.InvalidArgument,
    /^page_size: must not be negative/,
  ],
  [
    'an unknown attribute',
    ({ mining }) => mining.updateRoleMiningConfig({ cohortHints: [{ attribute: 'shoe_size' }] }),
    Code.InvalidArgument,
    /known are department/,
  ],
  [
    'an empty name',
    ({ profiles }) => profiles.createAccessProfile({ accessProfile: {} }),
    Code.InvalidArgument,
    /^display_name: must not be empty/,
  ],
  [
    'no profile at all',
    ({ profiles }) => profiles.createAccessProfile({}),
    Code.InvalidArgument,
    /^access_profile: is required/,
  ],
  [
    'a stale etag',
    ({ profiles }, ids) => profiles.updateAccessProfile({ accessProfile: { id: ids.profile, etag: '"stale"' } }),
    Code.Aborted,
    /has etag "[\w-]{22}", not "stale": it was changed since you read it/,
  ],
  [
    'an unknown path of an update',
    ({ profiles }, ids) =>
      profiles.updateAccessProfile({ accessProfile: { id: ids.profile }, updateMask: { paths: ['shoe_size'] } }),
    Code.InvalidArgument,
    /^update_mask: an access profile has no "shoe_size"; what can be changed is display_name, /,
  ],
  [
    'a preview without a rule',
    ({ profiles }) => profiles.previewMembership({}),
    Code.InvalidArgument,
    /^cel_expression: must be a rule; without one, name an access profile/,
  ],
  [
    'wrongly typed CEL',
    ({ mining }) => mining.createAccessProfileFromCohort({ displayName: 'x', celExpression: '\nsubject.id + 1' }),
    Code.InvalidArgument,
    /^cel_expression: line 2, column 1: /,
  ],
  [
    'a message above the limit',
    ({ mining }) => mining.createAccessProfileFromCohort({ displayName: 'n'.repeat(5 * 1024 * 1024) }),
    Code.ResourceExhausted,
    /larger than/,
  ],
  [
    'a decision against the state',
    ({ mining }, ids) => mining.updateSuggestionState({ id: ids.accepted, state: SuggestionState.DISMISSED }),
    Code.FailedPrecondition,
    /cannot be dismissed/,
  ],
]

async function* once<T>(message: T) {
  yield message
}
async function* none(): AsyncGenerator<never> {}
