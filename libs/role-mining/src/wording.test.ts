import { expect, test } from 'vitest'
import { type SuggestionFacts, suggestedName, suggestionDescription, suggestionInsights } from './wording.ts'

const facts: SuggestionFacts = {
  filters: [
    { attribute: 'department', values: ['Engineering'] },
    { attribute: 'job_title', values: ['SRE', 'SWE'] },
  ],
  cohortSize: 45,
  outsideSize: 1955,
  usersWithAll: 42,
  avgCoverage: 0.98,
  avgBaseRate: 0.004,
  explainedGrants: 1,
  applications: [
    { displayName: 'GitHub', entitlementCount: 5 },
    { displayName: 'Jira', entitlementCount: 2 },
  ],
  entitlementCount: 7,
  profileMatches: [],
  valueName: (_, value) => value,
}

test('a name says for whom and, when one application has most of it, what it is about', () => {
  expect(suggestedName(facts)).toBe('Engineering / SRE or SWE: GitHub access')
  expect(suggestedName({ ...facts, entitlementCount: 12 })).toBe('Engineering / SRE or SWE: access')
})

test('a manager is named as the head of a team, not by an id', () => {
  const filters = [{ attribute: 'manager', values: ['E17'] }]
  expect(suggestedName({ ...facts, filters, valueName: () => 'Ada Byron' })).toBe('Team of Ada Byron: GitHub access')
})

test('the description tells what, where and for whom', () => {
  expect(suggestionDescription(facts)).toBe(
    '7 entitlements in GitHub and Jira for the 45 whose department is "Engineering" and whose job title is "SRE" or "SWE".',
  )
})

test('insights are numbers, and no share is rounded to none or all', () => {
  expect(suggestionInsights(facts)).toEqual([
    '42 of 45 hold all 7; on average 98 % of the cohort hold each',
    'Outside this cohort under 1 % of 1955 do',
    'Explains 1 grant that no better suggestion explains',
  ])
})

test('the nearest profile is named with what it has of the suggestion', () => {
  const nearest = {
    profileId: 'p',
    displayName: 'Developers',
    type: 'partial',
    overlapRatio: 5 / 7,
    missing: [1, 2],
  } as const
  expect(suggestionInsights({ ...facts, profileMatches: [nearest] }).at(-1)).toBe(
    'Access profile "Developers" gives 5 of these 7',
  )
})
