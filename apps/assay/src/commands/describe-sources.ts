import { type Composition, describersOfPeople, placed, unreadColumns } from '@assay/sources'
import { counted } from './counted.ts'
import type { ReadSources } from './read-sources.ts'

/** The map that reads each file, and the reason for each file that is left out. */
export function describeFiles({ recognised, passed, leftOut }: ReadSources): string[] {
  const { sources, others, parts } = recognised
  const lookOf = (name: string) => parts.find((part) => part.name === name)?.look ?? ''
  return [
    ...sources.flatMap(({ name, map, parts: taken }) =>
      taken.flatMap(({ part, inputs }) => {
        const kinds = inputs.map((input) => input.name).join(', ')
        const unread = unreadColumns(part, map, inputs)
        const columns =
          unread.length > 12 ? `${unread.slice(0, 12).join(', ')} and ${unread.length - 12} more` : unread.join(', ')
        return [
          `  ${part.name}: ${part.look}, read by the map ${name} (${kinds})`,
          ...(unread.length === 0 ? [] : [`    does not read ${columns}`]),
        ]
      }),
    ),
    ...decidingFile(recognised),
    ...passed.map(({ name }) => `  ${name}: taken as it is`),
    ...leftOut.map((name) => `  ${name}: left out, it is ${lookOf(name)} that no map takes`),
    ...others.map(({ name, look }) => `  ${name}: left out, it is ${look}`),
  ]
}

/** The file that decides who is a person, when several describe people. */
function decidingFile({ sources }: ReadSources['recognised']): string[] {
  const [first, ...others] = describersOfPeople(sources)
  if (first === undefined || others.length === 0) return []
  const shown = others.length > 3 ? [...others.slice(0, 3), `${others.length - 3} more`] : others
  return [
    `  ${first} decides who is a person and her id; ${listed(shown)} ${others.length === 1 ? 'completes' : 'complete'} these people, and a row about another person adds her`,
  ]
}

function listed(names: readonly string[]): string {
  const [last = '', ...before] = names.toReversed()
  return before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`
}

/** The data that the maps do not read, and the systems with which the maps were checked. */
export function describeMaps({ recognised }: ReadSources): string[] {
  return recognised.sources.flatMap(({ map }) => [
    `  ${map.name}: ${map.title === '' ? map.file : map.title}${map.checked === '' ? '' : `; checked on ${map.checked}`}`,
    ...map.loses.map((loss) => `    loses ${loss}`),
  ])
}

/** The mapped records that are not in the import, with the reasons. */
export function describeLosses(composition: Composition): string[] {
  const { directory, leftOut, unknownEntitlements, warnings } = composition
  const lines = [...leftOut].map(([reason, rows]) => `  ${counted(rows, 'row')} left out: ${reason}`)
  const orphans = [...directory.orphans.values()]
  for (const reason of ['unknown', 'ambiguous'] as const) {
    const found = orphans.filter((orphan) => orphan.reason === reason)
    if (found.length === 0) continue
    const rows = found.reduce((sum, orphan) => sum + orphan.rows, 0)
    const examples = found
      .slice(0, 5)
      .map(({ value, candidates }) =>
        candidates.length === 0 ? value : `${value} (${candidates.slice(0, 3).join(' or ')})`,
      )
    const why = reason === 'unknown' ? 'no person has the id' : 'several people have the key'
    lines.push(
      `  ${counted(found.length, 'orphan')} left out with ${counted(rows, 'row')}, ${why}: ${examples.join(', ')}${found.length > 5 ? ', ...' : ''}`,
    )
  }
  if (unknownEntitlements > 0)
    lines.push(`  ${counted(unknownEntitlements, 'grant')} left out: their entitlement is in no file`)
  lines.push(...warnings.map((warning) => `  ${warning}`))
  return lines
}

/** The first mapped records of each kind. */
export function describeRecords({ directory, grantSamples, holdings, usageRows, usageThrough }: Composition): string[] {
  const { people, accounts, applications, entitlements, memberships } = directory
  const status = (word: string) => people.filter(({ fields }) => fields.status === word).length
  const grants =
    holdings.distinct === undefined
      ? `${holdings.rows.toLocaleString('en')} rows of grants`
      : counted(holdings.distinct, 'grant')
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [title, ...lines.slice(0, shownRecords).map((line) => `  ${line}`)]
  const named = (ordinal: number) => entitlements[ordinal]?.id ?? ''
  return [
    `${counted(people.length, 'person', 'people')} (${status('enabled')} enabled, ${status('disabled')} disabled), ${counted(accounts.length, 'account')}, ${counted(applications.length, 'application')}, ${counted(entitlements.length, 'entitlement')}, ${grants}, ${counted(memberships.length, 'membership')} of groups, ${counted(usageRows, 'row')} of usage${usageThrough === '' ? '' : ` until ${usageThrough}`}`,
    ...section(
      'People:',
      people
        .slice(0, shownRecords)
        .map(({ id, fields, attributes }) => [id, ...facts({ ...fields, ...attributes })].join('  ')),
    ),
    ...section(
      'Accounts:',
      accounts
        .slice(0, shownRecords)
        .map(({ id, application, person }) => `${application} ${id} -> ${people[person]?.id ?? 'no person'}`),
    ),
    ...section(
      'Applications:',
      applications.slice(0, shownRecords).map(({ id, fields }) => [id, ...facts(fields)].join('  ')),
    ),
    ...section(
      'Entitlements:',
      entitlements
        .slice(0, shownRecords)
        .map(({ id, application, fields }) => [`${application} ${id}`, ...facts(fields)].join('  ')),
    ),
    ...section('Grants:', [
      ...new Set(
        grantSamples.map(({ holder, application, entitlement }) => `${holder} holds ${application} ${entitlement}`),
      ),
    ]),
    ...section(
      'Memberships of groups:',
      memberships.slice(0, shownRecords).map(({ member, group }) => `${named(member)} in ${named(group)}`),
    ),
  ]
}

const shownRecords = 10

function facts(fields: Readonly<Record<string, string>>): string[] {
  return Object.entries(fields).map(([name, value]) => `${name}=${value}`)
}

export function describeFaults({ faults }: Composition): string[] {
  const more = faults.count - faults.first.length
  return [...faults.first.map((fault) => `  ${placed(fault)}`), ...(more > 0 ? [`  and ${more} more`] : [])]
}
