import { type Dirt, OrganisationDraft, type PlantedOrganisation } from './organisation-draft.ts'

const usualDirt: Dirt = { missing: 0.05, extra: 0.02, blank: 0.03, wrong: 0.01, cased: 0.02 }

/** People of this level and above are leads. */
const leastLead = 3

/**
 * A matrix organisation: most roles belong to a job family in a region, others to a family, a region, a country, a business unit, the leads
 * of a unit in three levels, or a project. Titles contain level and family, cost centres unit and region. Some people act for others and
 * hold access that no attribute describes.
 */
export function matrixOrganisation(identityCount: number, seed: number, dirt: Partial<Dirt> = {}): PlantedOrganisation {
  const draft = new OrganisationDraft(identityCount, seed)
  const { random } = draft
  const each = <Value>(value: (person: number) => Value) => Array.from({ length: identityCount }, (_, i) => value(i))
  const roleSize = (least: number, most: number) => least + draft.pick(most - least + 1)

  const familyCount = Math.max(5, Math.round(Math.sqrt(identityCount) / 4))
  const regionCount = Math.max(3, Math.round(Math.log2(identityCount) - 5))
  const unitCount = Math.max(3, Math.round(identityCount / 120))
  const projectCount = Math.max(2, Math.round(identityCount / 30))
  const family = each(draft.zipf(familyCount, 0.6))
  const region = each(draft.zipf(regionCount, 0.6))
  const unit = each(draft.zipf(unitCount, 0.5))
  const country = each((i) => `${region[i]}.${i % (2 + (region[i]! % 3))}`)
  const level = each(draft.zipf(6, 0.4))
  const entity = each(() => draft.pick(4))
  const project = each(() => (random() < 0.4 ? draft.pick(projectCount) : -1))

  draft.attribute('job_family', (i) => `Family ${family[i]}`)
  draft.attribute('region', (i) => `Region ${region[i]}`)
  draft.attribute('country', (i) => `Country ${country[i]}`)
  draft.attribute('business_unit', (i) => `Unit ${unit[i]}`)
  draft.attribute('level', (i) => `Level ${level[i]}`)
  draft.attribute('legal_entity', (i) => `Entity ${entity[i]}`)
  draft.attribute('job_title', (i) => `Title ${level[i]} of family ${family[i]}`)
  draft.attribute('project', (i) => (project[i]! < 0 ? '' : `Project ${project[i]}`))
  draft.attribute('shirt', () => `Size ${draft.pick(3)}`)
  draft.attribute('cost_center', (i) => `${unit[i]}-${region[i]}`)

  for (let f = 0; f < familyCount; f++) {
    if (random() < 0.5) draft.role('family', (i) => family[i] === f, roleSize(2, 5))
    for (let r = 0; r < regionCount; r++) {
      if (random() < 0.7) draft.role('family and region', (i) => family[i] === f && region[i] === r, roleSize(2, 7))
    }
  }
  for (let r = 0; r < regionCount; r++) draft.role('region', (i) => region[i] === r, roleSize(2, 6))
  for (const name of [...new Set(country)].sort()) {
    if (random() < 0.6) draft.role('country', (i) => country[i] === name, roleSize(2, 6))
  }
  for (let u = 0; u < unitCount; u++) {
    draft.role('unit', (i) => unit[i] === u, roleSize(3, 9))
    if (random() < 0.3) draft.role('leads of a unit', (i) => unit[i] === u && level[i]! >= leastLead, roleSize(2, 4))
    const r = draft.pick(regionCount)
    if (random() < 0.3) draft.role('unit and region', (i) => unit[i] === u && region[i] === r, roleSize(2, 5))
  }
  for (let p = 0; p < projectCount; p++) draft.role('project', (i) => project[i] === p, roleSize(3, 8))
  for (let d = 0; d < identityCount / 80; d++) {
    const acting = new Set(Array.from({ length: 5 + draft.pick(12) }, () => draft.pick(identityCount)))
    draft.role('delegates', (i) => acting.has(i), roleSize(2, 5))
  }
  return draft.finish({ ...usualDirt, ...dirt })
}
