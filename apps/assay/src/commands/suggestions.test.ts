import {
  RoleMiningManagementSuggestionSchema,
  SuggestionState as State,
} from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { create } from '@bufbuild/protobuf'
import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { expect, test } from 'vitest'
import { describeSuggestion } from './suggestions.ts'

test.each([
  [State.NEW, '(new, confidence 0.90)'],
  // Later analyses find it again, but do not count it again.
  [State.ACCEPTED, '(accepted, confidence 0.90, figures of its acceptance at 2026-01-31 14:20 UTC)'],
  [State.DISMISSED, '(dismissed, confidence 0.90, figures of the analysis at 2026-02-07 03:00 UTC)'],
])('of a suggestion in state %s with figures that may be old, their time is told', (suggestionState, words) => {
  const suggestion = create(RoleMiningManagementSuggestionSchema, {
    suggestedName: 'Sales',
    suggestionState,
    confidence: 0.9,
    updatedAt: timestampFromDate(new Date('2026-01-31T14:20:59Z')),
    lastGeneratedAt: timestampFromDate(new Date('2026-02-07T03:00:00Z')),
  })
  expect(describeSuggestion(suggestion).split('\n')[0]).toBe(`Sales  ${words}`)
})
