import { type DepartmentKind, departmentKinds, divisions, locations, managementTitles } from './catalogue.ts'
import { itemAt } from './item-at.ts'
import { familyNames, givenNames, projectNames } from './names.ts'
import type { Random } from './random.ts'
import type { SampleIdentity } from './sample-records.ts'

export interface Department {
  readonly name: string
  readonly kind: DepartmentKind
}

/** A person while the organisation is generated; managers are people of the same list. */
interface Person {
  readonly ordinal: number
  readonly department: Department
  readonly location: string
  title: string
  manager: Person | undefined
  project: string
}

const spanOfControl = 8

/** The people, then the service accounts and agents. Ids are unique and contain no data about the person. */
export function generateIdentities(
  random: Random,
  identityCount: number,
): { identities: SampleIdentity[]; departments: readonly Department[] } {
  const serviceCount = Math.round(identityCount * 0.03)
  const agentCount = Math.round(identityCount * 0.01)
  const peopleCount = identityCount - serviceCount - agentCount
  const departments = chooseDepartments(peopleCount)
  const people = placePeople(random.stream('places'), peopleCount, departments)
  giveTitlesAndManagers(random.stream('titles'), people, departments)
  giveProjects(random.stream('projects'), people, departments)
  const identities = describePeople(random.stream('people'), people)
  addMachines(random.stream('machines'), identities, serviceCount, agentCount)
  return { identities, departments }
}

function chooseDepartments(peopleCount: number): readonly Department[] {
  const wanted = Math.max(
    2,
    Math.min(departmentKinds.length * divisions.length, Math.round(Math.sqrt(peopleCount) / 3.2)),
  )
  if (wanted <= departmentKinds.length)
    return departmentKinds.slice(0, wanted).map((kind) => ({ name: kind.name, kind }))
  const divisionCount = Math.ceil(wanted / departmentKinds.length)
  return divisions
    .slice(0, divisionCount)
    .flatMap((division) => departmentKinds.map((kind) => ({ name: `${kind.name}, ${division}`, kind })))
}

function placePeople(random: Random, count: number, departments: readonly Department[]): Person[] {
  const locationCount = Math.max(2, Math.min(locations.length, Math.round(Math.sqrt(count) / 5)))
  const locationWeights = Array.from({ length: locationCount }, (_, rank) => 1 / (rank + 2))
  const departmentWeights = departments.map((department) => department.kind.weight)
  return Array.from({ length: count }, (_, ordinal) => ({
    ordinal,
    department: itemAt(departments, random.weighted(departmentWeights)),
    location: itemAt(locations, random.weighted(locationWeights)),
    title: '',
    manager: undefined,
    project: '',
  }))
}

/** One vice president for each department; directors lead managers, and managers lead people of one location. */
function giveTitlesAndManagers(random: Random, people: readonly Person[], departments: readonly Department[]): void {
  for (const department of departments) {
    const members = people.filter((person) => person.department === department)
    const head = members.shift()
    if (head === undefined) continue
    head.title = managementTitles.head
    head.manager = head === people[0] ? undefined : people[0]
    const managers = members.splice(0, Math.ceil(members.length / (spanOfControl + 1)))
    const directors = managers.length > 4 ? managers.splice(0, Math.ceil(managers.length / spanOfControl)) : []
    for (const director of directors) {
      director.title = managementTitles.director
      director.manager = head
    }
    managers.forEach((manager, index) => {
      manager.title = managementTitles.manager
      manager.manager = directors.length === 0 ? head : directors[index % directors.length]
    })
    const weights = department.kind.titles.map(([, weight]) => weight)
    for (const member of members) member.title = itemAt(department.kind.titles, random.weighted(weights))[0]
    const byPlace = (a: Person, b: Person) => compare(a.location, b.location) || a.ordinal - b.ordinal
    const ordered = managers.toSorted(byPlace)
    members.sort(byPlace).forEach((member, index) => {
      member.manager = ordered[Math.floor((index * ordered.length) / members.length)] ?? head
    })
  }
}

/** About a third of the people work on a project, which has people from two or three departments. */
function giveProjects(random: Random, people: readonly Person[], departments: readonly Department[]): void {
  const free = new Map(departments.map((department) => [department, [] as Person[]]))
  for (const person of random.shuffled(people)) {
    if (person.title !== managementTitles.head) free.get(person.department)?.push(person)
  }
  const staffed = departments.filter((department) => (free.get(department)?.length ?? 0) >= 4)
  let left = Math.round(people.length * 0.35)
  for (let project = 0; left > 0 && staffed.length > 0; project++) {
    const round = Math.floor(project / projectNames.length)
    const name = itemAt(projectNames, project % projectNames.length) + (round === 0 ? '' : ` ${round + 1}`)
    const size = Math.min(left, random.integer(10, Math.max(12, Math.min(60, Math.round(Math.sqrt(people.length))))))
    const sources = random.shuffled(staffed).slice(0, random.integer(2, 3))
    for (let taken = 0; taken < size; taken++) {
      const person = free.get(itemAt(sources, taken % sources.length))?.pop()
      if (person !== undefined) person.project = name
    }
    left -= size
  }
}

function describePeople(random: Random, people: readonly Person[]): SampleIdentity[] {
  const usernames = new Map<string, number>()
  const idOf = (person: Person) => `E${String(100_000 + person.ordinal)}`
  return people.map((person) => {
    const given = random.pick(givenNames)
    const family = random.pick(familyNames)
    const plain = asciiName(`${given}.${family}`)
    const namesakes = usernames.get(plain) ?? 0
    usernames.set(plain, namesakes + 1)
    const username = namesakes === 0 ? plain : `${plain}${namesakes + 1}`
    const leads = Object.values(managementTitles).some((title) => title === person.title)
    const employmentType = leads
      ? 'Employee'
      : itemAt(['Employee', 'Contractor', 'Intern'], random.weighted([86, 11, 3]))
    const fate = leads ? 0 : random.weighted([955, 15, 20, 10])
    return {
      id: idOf(person),
      displayName: `${given} ${family}`,
      email: `${username}@sample.example`,
      username,
      department: person.department.name,
      jobTitle: person.title,
      managerId: person.manager === undefined ? '' : idOf(person.manager),
      employmentType,
      employmentStatus: itemAt(['Active', 'On Leave', 'Terminated', 'Terminated'], fate),
      status: itemAt(['enabled', 'enabled', 'disabled', 'deleted'] as const, fate),
      type: 'human',
      attributes: {
        location: person.location,
        cost_center: costCenter(person),
        project: person.project,
      },
    }
  })
}

/** Two cost centers for each department, by location: similar to the department but not the same, as in real data. */
function costCenter(person: Person): string {
  const base = 1000 + 20 * departmentKinds.indexOf(person.department.kind)
  const division = divisions.findIndex((name) => person.department.name.endsWith(`, ${name}`))
  return `CC-${base + 2 * Math.max(0, division) + (locations.indexOf(person.location) % 2)}`
}

function addMachines(random: Random, identities: SampleIdentity[], services: number, agents: number): void {
  const owners = identities.filter((identity) => identity.status === 'enabled')
  const tasks = ['export', 'sync', 'backup', 'deploy', 'report', 'ingest', 'monitor', 'archive']
  const subjects = ['billing', 'orders', 'people', 'ledger', 'catalogue', 'metrics', 'documents', 'tickets']
  for (let number = 0; number < services + agents; number++) {
    const isAgent = number >= services
    const name = `${isAgent ? 'agent' : 'svc'}-${random.pick(subjects)}-${random.pick(tasks)}-${number + 1}`
    identities.push({
      id: name,
      displayName: name,
      email: '',
      username: name,
      department: '',
      jobTitle: '',
      managerId: random.pick(owners).id,
      employmentType: '',
      employmentStatus: '',
      status: random.chance(0.95) ? 'enabled' : 'disabled',
      type: isAgent ? 'agent' : 'service',
      attributes: { location: '', cost_center: '', project: '' },
    })
  }
}

function asciiName(name: string): string {
  const special: Record<string, string> = { ø: 'o', ı: 'i', ł: 'l', ß: 'ss' }
  return name
    .toLowerCase()
    .replace(/[øıłß]/gu, (letter) => special[letter] ?? letter)
    .normalize('NFD')
    .replace(/[^a-z.-]/gu, '')
}

/** By code unit, since the order must not depend on the machine's locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
