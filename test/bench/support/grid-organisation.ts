import { type Dirt, OrganisationDraft, type PlantedOrganisation } from './organisation-draft.ts'

const usualDirt: Dirt = { missing: 0.05, extra: 0.02, blank: 0.04, wrong: 0.01, cased: 0.03 }

/**
 * Two independent dimensions, product lines and functions. Nearly all access belongs to a combination of both, and one alone explains
 * little.
 */
export function gridOrganisation(identityCount: number, seed: number): PlantedOrganisation {
  const draft = new OrganisationDraft(identityCount, seed)
  const each = <Value>(value: () => Value) => Array.from({ length: identityCount }, value)
  const productCount = Math.max(5, Math.round(Math.sqrt(identityCount) / 4))
  const functionCount = Math.max(5, Math.round(Math.sqrt(identityCount) / 5))
  const product = each(draft.zipf(productCount, 0.5))
  const job = each(draft.zipf(functionCount, 0.5))
  const grade = each(draft.zipf(6, 0.5))
  const city = each(draft.zipf(15, 0.7))
  draft.attribute('product', (i) => `Product ${product[i]}`)
  draft.attribute('function', (i) => `Function ${job[i]}`)
  draft.attribute('grade', (i) => `Grade ${grade[i]}`)
  draft.attribute('city', (i) => `City ${city[i]}`)
  draft.attribute('start_year', () => `${2000 + draft.pick(25)}`)
  draft.attribute('floor', () => `Floor ${draft.pick(9)}`)

  for (let p = 0; p < productCount; p++) {
    for (let f = 0; f < functionCount; f++) {
      const isMember = (i: number) => product[i] === p && job[i] === f
      if (draft.random() < 0.7) draft.role('crossing', isMember, draft.between(2, 7))
    }
    if (draft.random() < 0.3) draft.role('product', (i) => product[i] === p, draft.between(2, 5))
  }
  for (let f = 0; f < functionCount; f++) {
    if (draft.random() < 0.3) draft.role('function', (i) => job[i] === f, draft.between(2, 5))
    for (const senior of [4, 5]) {
      const isMember = (i: number) => job[i] === f && grade[i] === senior
      if (draft.random() < 0.5) draft.role('function and grade', isMember, draft.between(2, 5))
    }
  }
  return draft.finish(usualDirt)
}
