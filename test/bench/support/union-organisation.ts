import { type Dirt, OrganisationDraft, type PlantedOrganisation } from './organisation-draft.ts'

const usualDirt: Dirt = { missing: 0.05, extra: 0.02, blank: 0.02, wrong: 0.01, cased: 0.02 }

/**
 * An organisation that misleads miners. A department is the union of two or three teams with a role each, and may also have a role. Some
 * teams of different departments hold the same access. Most titles have one person. Half of the roles of a department exclude one title. A
 * location has a role in only one department.
 */
export function unionOrganisation(identityCount: number, seed: number, dirt: Partial<Dirt> = {}): PlantedOrganisation {
  const draft = new OrganisationDraft(identityCount, seed)
  const { random } = draft
  const each = <Value>(value: (person: number) => Value) => Array.from({ length: identityCount }, (_, i) => value(i))
  const roleSize = (least: number, most: number) => least + draft.pick(most - least + 1)

  const departmentCount = Math.max(3, Math.round(identityCount / 60))
  const teamsOf = Array.from({ length: departmentCount }, () => 2 + draft.pick(2))
  const department = each(draft.zipf(departmentCount, 0.5))
  const team = department.map((d) => `${d}.${Math.floor(teamsOf[d]! * random() ** 1.3)}`)
  const titleCount = Math.max(4, Math.round(Math.sqrt(identityCount) / 5))
  const title = each(draft.zipf(titleCount, 0.7))
  const location = each(draft.zipf(Math.max(3, Math.round(Math.sqrt(identityCount) / 10)), 0.8))
  const isTemporary = each(() => random() < 0.2)
  const isNamedAlone = each(() => random() < 0.55)

  draft.attribute('department', (i) => `Department ${department[i]}`)
  draft.attribute('team', (i) => `Unit ${team[i]}`)
  draft.attribute('job_title', (i) => (isNamedAlone[i] ? `Specialist for matter ${i}` : `Title ${title[i]}`))
  draft.attribute('location', (i) => `Location ${location[i]}`)
  draft.attribute('employment_type', (i) => (isTemporary[i] ? 'Temporary' : 'Permanent'))
  draft.attribute('floor', (i) => `${location[i]}/${draft.pick(6)}`)
  draft.attribute('badge', () => `Colour ${draft.pick(5)}`)

  draft.role('temporary', (i) => isTemporary[i]!, 4)
  draft.role('permanent', (i) => !isTemporary[i], 6)
  for (let t = 0; t < titleCount; t++) draft.role('title', (i) => title[i] === t && !isNamedAlone[i], roleSize(3, 7))
  for (let d = 0; d < departmentCount; d++) {
    const excepted = random() < 0.3 ? draft.pick(titleCount) : -1
    if (random() < 0.7) {
      const isMember = (i: number) => department[i] === d && (isNamedAlone[i] || title[i] !== excepted)
      draft.role('department', isMember, roleSize(3, 8))
    }
    for (let t = 0; t < teamsOf[d]!; t++) {
      const sibling = `${(d + 1) % departmentCount}.0`
      const isShared = t === 0 && random() < 0.2
      const isMember = (i: number) => team[i] === `${d}.${t}` || (isShared && team[i] === sibling)
      draft.role(isShared ? 'two teams' : 'team', isMember, roleSize(2, 6))
    }
    if (random() < 0.3) draft.role('department and location', (i) => department[i] === d && location[i] === 0, 4)
  }
  return draft.finish({ ...usualDirt, ...dirt })
}
