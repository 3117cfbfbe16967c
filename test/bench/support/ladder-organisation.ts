import { type Dirt, OrganisationDraft, type PlantedOrganisation } from './organisation-draft.ts'

const usualDirt: Dirt = { missing: 0.05, extra: 0.02, blank: 0.04, wrong: 0.01, cased: 0.03 }

const gradeCount = 8

/**
 * Access that grows with the grade or the clearance: a person also has the access of all lower ones, in the whole organisation, in a career
 * track or at a site. A title belongs to one track and two grades.
 */
export function ladderOrganisation(identityCount: number, seed: number): PlantedOrganisation {
  const draft = new OrganisationDraft(identityCount, seed)
  const { random } = draft
  const each = <Value>(value: () => Value) => Array.from({ length: identityCount }, value)
  const trackCount = Math.max(4, Math.round(Math.sqrt(identityCount) / 6))
  const siteCount = Math.max(4, Math.round(identityCount / 100))
  const track = each(draft.zipf(trackCount, 0.4))
  const grade = each(() => gradeCount - 1 - Math.floor(gradeCount * Math.sqrt(random())))
  const site = each(draft.zipf(siteCount, 0.5))
  const clearance = each(() => Math.max(0, draft.pick(6) - 2))
  draft.attribute('track', (i) => `Track ${track[i]}`)
  draft.attribute('grade', (i) => `G${grade[i]! + 5}`)
  draft.attribute('site', (i) => `Site ${site[i]}`)
  draft.attribute('clearance', (i) => `Clearance ${clearance[i]}`)
  draft.attribute('title', (i) => `${['Junior', 'Senior', 'Principal', 'Chief'][grade[i]! >> 1]} ${track[i]}`)
  draft.attribute('parking', () => `Deck ${draft.pick(4)}`)

  for (let g = 1; g < gradeCount; g++) draft.role('grade and above', (i) => grade[i]! >= g, draft.between(2, 3))
  for (const c of [1, 2, 3]) draft.role('clearance and above', (i) => clearance[i]! >= c, draft.between(2, 4))
  for (let t = 0; t < trackCount; t++) {
    draft.role('track', (i) => track[i] === t, draft.between(3, 6))
    for (const g of [1, 2, 3, 4, 5]) {
      const isMember = (i: number) => track[i] === t && grade[i]! >= g
      if (random() < 0.6) draft.role('track, grade and above', isMember, draft.between(2, 4))
    }
  }
  for (let s = 0; s < siteCount; s++) {
    draft.role('site', (i) => site[i] === s, draft.between(2, 5))
    const isMember = (i: number) => site[i] === s && clearance[i]! >= 2
    if (random() < 0.5) draft.role('site, clearance and above', isMember, draft.between(2, 4))
  }
  return draft.finish(usualDirt)
}
