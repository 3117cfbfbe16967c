import { type Dirt, OrganisationDraft, type PlantedOrganisation } from './organisation-draft.ts'

const usualDirt: Dirt = { missing: 0.05, extra: 0.02, blank: 0.04, wrong: 0.01, cased: 0.03 }

/**
 * A second kind of organisation: divisions, departments and teams of very different size; job families by grade; sites with exceptions; 30
 * % contractors by vendor; overlapping projects that no attribute describes. It has thirteen attributes with wrong values in all of them;
 * five of them explain little or nothing.
 */
export function layeredOrganisation(
  identityCount: number,
  seed: number,
  dirt: Partial<Dirt> = {},
): PlantedOrganisation {
  const draft = new OrganisationDraft(identityCount, seed)
  const { random } = draft
  const each = <Value>(value: (person: number) => Value) => Array.from({ length: identityCount }, (_, i) => value(i))
  const roleSize = (least: number, most: number) => least + draft.pick(most - least + 1)

  const departmentCount = Math.max(4, Math.round(identityCount / 70))
  const divisionCount = Math.max(3, Math.round(Math.sqrt(identityCount) / 9))
  const familyCount = Math.max(4, Math.round(Math.sqrt(identityCount) / 6))
  const siteCount = Math.max(3, Math.round(Math.sqrt(identityCount) / 7))
  const vendorCount = Math.max(3, Math.round(Math.sqrt(identityCount) / 8))
  const gradeCount = 5

  const divisionOf = Array.from({ length: departmentCount }, (_, d) =>
    d < divisionCount ? d : draft.pick(divisionCount),
  )
  const mainFamily = Array.from({ length: departmentCount }, () => draft.pick(familyCount))
  const department = each(draft.zipf(departmentCount, 0.7))
  const departmentSize = new Uint32Array(departmentCount)
  for (const d of department) departmentSize[d]!++
  const teamDraws = Array.from(departmentSize, (size) => draft.zipf(Math.max(1, Math.round(size / 14)), 0.6))
  const team = department.map((d) => `${d}-${teamDraws[d]!()}`)
  const familyDraw = draft.zipf(familyCount, 0.8)
  const family = department.map((d) => (random() < 0.6 ? mainFamily[d] : familyDraw()))
  const grade = each(draft.zipf(gradeCount, 0.6))
  const site = each(draft.zipf(siteCount, 0.9))
  const isContractor = each(() => random() < 0.3)
  const vendor = each(draft.zipf(vendorCount, 0.9))
  const isRemote = each(() => random() < 0.06)
  const teamNames = [...new Set(team)].sort()
  const managerOf = new Map(teamNames.map((name, t) => [name, `E${10_000 + ((t * 37) % identityCount)}`]))

  draft.attribute('division', (i) => `Division ${divisionOf[department[i]!]}`)
  draft.attribute('department', (i) => `Department ${department[i]}`)
  draft.attribute('team', (i) => `Team ${team[i]}`)
  draft.attribute('manager', (i) => managerOf.get(team[i]!)!)
  draft.attribute('job_family', (i) => `Family ${family[i]}`)
  draft.attribute('grade', (i) => `Grade ${grade[i]}`)
  draft.attribute('site', (i) => `Site ${site[i]}`)
  draft.attribute('employment_type', (i) => (isContractor[i] ? 'Contractor' : 'Employee'))
  draft.attribute('vendor', (i) => (isContractor[i] ? `Vendor ${vendor[i]}` : '-'))
  draft.attribute('cost_center', (i) => `CC-${department[i]! * 2 + (grade[i]! > 1 ? 1 : 0)}`)
  draft.attribute('hire_year', () => `${2005 + draft.pick(20)}`)
  draft.attribute('shift', () => ['Early', 'Late', 'Flexible'][draft.pick(3)]!)
  draft.attribute('language', () => `Language ${draft.pick(8)}`)

  draft.role('employees', (i) => !isContractor[i], 8)
  draft.role('contractors', (i) => isContractor[i]!, 5)
  for (let v = 0; v < vendorCount; v++) draft.role('vendor', (i) => isContractor[i]! && vendor[i] === v, roleSize(3, 7))
  for (let v = 0; v < divisionCount; v++) {
    draft.role('division', (i) => divisionOf[department[i]!] === v && !isContractor[i], roleSize(3, 8))
  }
  for (let d = 0; d < departmentCount; d++) {
    const onlyEmployees = random() < 0.4
    const given = draft.role(
      'department',
      (i) => department[i] === d && !(onlyEmployees && isContractor[i]),
      roleSize(4, 12),
    )
    for (const name of teamNames.filter((t) => t.startsWith(`${d}-`))) {
      if (random() < 0.35) continue
      const lent = !onlyEmployees && random() < 0.3 ? [given.entitlements[0]!] : []
      draft.role('team', (i) => team[i] === name, roleSize(2, 7), lent)
    }
  }
  for (let f = 0; f < familyCount; f++) {
    draft.role('family', (i) => family[i] === f, roleSize(3, 8))
    for (let g = 0; g < gradeCount; g++) {
      if (random() < 0.5) draft.role('family and grade', (i) => family[i] === f && grade[i] === g, roleSize(3, 7))
    }
  }
  for (let s = 0; s < siteCount; s++) {
    const excepted = draft.pick(departmentCount)
    const isMember = (i: number) => site[i] === s && !isRemote[i] && department[i] !== excepted
    draft.role('site', isMember, roleSize(3, 7))
  }
  for (let p = 0; p < identityCount / 40; p++) {
    const size = 8 + Math.floor(60 * random() ** 3)
    const members = new Set(Array.from({ length: size }, () => draft.pick(identityCount)))
    draft.role('project', (i) => members.has(i), roleSize(3, 8))
  }
  return draft.finish({ ...usualDirt, ...dirt })
}
