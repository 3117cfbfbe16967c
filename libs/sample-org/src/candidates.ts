import { managementTitles } from './catalogue.ts'
import type { PlantedRole, PlantedRoleKind } from './organisation.ts'
import type { Department } from './people.ts'
import type { Random } from './random.ts'
import type { SampleIdentity } from './sample-records.ts'

/** A role that is planted if it has enough people and another role does not have the same people. */
export interface Candidate {
  readonly kind: PlantedRoleKind
  readonly name: string
  /** The word from which the names of its entitlements are made. */
  readonly subject: string
  readonly filters: PlantedRole['filters']
  readonly applications: readonly string[]
  /** The fewest and the most entitlements at density 1. */
  readonly size: readonly [number, number]
}

const everyday = ['wiki', 'files', 'chat', 'mail']

/** From general to special roles, since only the first of two similar ones is planted. */
export function candidates(
  random: Random,
  identities: readonly SampleIdentity[],
  departments: readonly Department[],
): Candidate[] {
  const people = identities.filter((identity) => identity.type === 'human')
  const distinct = (read: (identity: SampleIdentity) => string) => [
    ...new Set(people.map(read).filter((value) => value !== '')),
  ]
  const is = (attribute: string, value: string) => ({ attribute, values: [value] })
  const list: Candidate[] = [
    {
      kind: 'birthright',
      name: 'Everyone',
      subject: 'Company',
      filters: [],
      applications: ['mail', 'chat', 'wiki', 'people', 'learning', 'expenses', 'remote-access'],
      size: [6, 8],
    },
    {
      kind: 'employment_type',
      name: 'Contractors',
      subject: 'Contractor',
      filters: [is('employment_type', 'Contractor')],
      applications: ['remote-access', 'files', 'learning', 'service-desk'],
      size: [3, 4],
    },
  ]
  for (const { name, kind } of departments) {
    const applications = [...kind.applications, ...everyday]
    list.push({
      kind: 'department',
      name,
      subject: name,
      filters: [is('department', name)],
      applications,
      size: [5, 8],
    })
  }
  const titles = distinct((identity) => identity.jobTitle)
  const applicationsOfTitle = (title: string) => {
    const home = departments.find((department) => department.kind.titles.some(([name]) => name === title))
    return home === undefined ? ['expenses', 'people', 'procurement', 'recruiting'] : home.kind.applications
  }
  for (const title of titles) {
    const applications = applicationsOfTitle(title)
    list.push({
      kind: 'title',
      name: title,
      subject: title,
      filters: [is('job_title', title)],
      applications,
      size: [3, 6],
    })
  }
  const places = distinct((identity) => identity.attributes.location)
  for (const place of places) {
    const applications = ['buildings', 'printing', 'remote-access', 'mail', 'files']
    list.push({
      kind: 'location',
      name: place,
      subject: place,
      filters: [is('location', place)],
      applications,
      size: [3, 5],
    })
  }
  for (const project of distinct((identity) => identity.attributes.project)) {
    list.push({
      kind: 'project',
      name: `Project ${project}`,
      subject: project,
      filters: [is('project', project)],
      applications: ['source-control', 'issues', 'wiki', 'files', 'chat', 'cloud'],
      size: [3, 6],
    })
  }
  for (const { name, kind } of departments) {
    for (const title of [...Object.values(managementTitles), ...kind.titles.map(([title]) => title)]) {
      if (!random.chance(0.6)) continue
      list.push({
        kind: 'department_title',
        name: `${name}: ${title}`,
        subject: `${name} ${title}`,
        filters: [is('department', name), is('job_title', title)],
        applications: kind.applications,
        size: [2, 4],
      })
    }
    for (const place of places) {
      if (!random.chance(0.35)) continue
      list.push({
        kind: 'department_location',
        name: `${name} in ${place}`,
        subject: `${place} ${name}`,
        filters: [is('department', name), is('location', place)],
        applications: [...kind.applications, 'files', 'buildings'],
        size: [2, 4],
      })
    }
  }
  return list
}
