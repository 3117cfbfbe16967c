import { csvRow, idCell, nameCell, ruleCell } from './csv-text.ts'
import type { PublishedProfile } from './published-profile.ts'
import type { Target } from './target.ts'

/** The files of an import with access profiles, and a file with their members, which an import ignores. */
export const csv: Target = {
  id: 'csv',
  title: 'CSV files of an import',
  loses: [
    'An import takes members from the rule alone; the file of the members is for people.',
    'Owners, and whether changes of members wait for a decision, are not part of the format.',
    'A name that a spreadsheet would run as a formula comes back behind an apostrophe.',
  ],
  files: (profiles) => [
    { name: 'access_profiles.csv', content: () => profileRows(profiles) },
    { name: 'access_profile_entitlements.csv', content: () => entitlementRows(profiles) },
    { name: 'access_profile_members.csv', content: () => memberRows(profiles) },
  ],
}

function* profileRows(profiles: readonly PublishedProfile[]): Generator<string> {
  yield csvRow(['id', 'display_name', 'description', 'cel_expression', 'common_access'])
  for (const { id, displayName, description, celExpression, commonAccess } of profiles)
    yield csvRow([id, nameCell(displayName), nameCell(description), ruleCell(celExpression), String(commonAccess)])
}

function* entitlementRows(profiles: readonly PublishedProfile[]): Generator<string> {
  yield csvRow(['access_profile_id', 'entitlement_id', 'application_id'])
  for (const profile of profiles)
    for (const { applicationId, id } of profile.entitlements)
      yield csvRow([profile.id, idCell(id), idCell(applicationId)])
}

function* memberRows(profiles: readonly PublishedProfile[]): Generator<string> {
  yield csvRow(['access_profile_id', 'identity_id', 'display_name', 'email'])
  for (const profile of profiles)
    for (const { id, displayName, email } of profile.members)
      yield csvRow([profile.id, idCell(id), nameCell(displayName), nameCell(email)])
}
