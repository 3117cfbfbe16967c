import { type Dirt, OrganisationDraft, type PlantedOrganisation } from './organisation-draft.ts'

const usualDirt: Dirt = { missing: 0.05, extra: 0.02, blank: 0.04, wrong: 0.01, cased: 0.03 }

const functionCount = 6
const centreCount = 3

/**
 * Sites, and three shared-service centres, each of which works for the sites of a region. A function of a centre has the access of the same
 * function of its sites, so a centre has a part of all access. There are administrators of three tiers, each with all access of the lower
 * tiers; no attribute describes them.
 */
export function centreOrganisation(identityCount: number, seed: number): PlantedOrganisation {
  const draft = new OrganisationDraft(identityCount, seed)
  const { random } = draft
  const each = <Value>(value: (person: number) => Value) => Array.from({ length: identityCount }, (_, i) => value(i))
  const siteCount = Math.max(8, Math.round(identityCount / 45))
  const centreOf = Array.from({ length: siteCount }, () => draft.pick(centreCount))
  const site = each(draft.zipf(siteCount, 0.5))
  const job = each(draft.zipf(functionCount, 0.4))
  const centre = each(() => (random() < 0.2 ? draft.pick(centreCount) : -1))
  const tier = each(() => (random() < 0.06 ? draft.between(1, 3) : 0))
  draft.attribute('location', (i) => (centre[i]! < 0 ? `Site ${site[i]}` : `Centre ${centre[i]}`))
  draft.attribute('function', (i) => `Function ${job[i]}`)
  draft.attribute('organisation', (i) => (centre[i]! < 0 ? 'Local' : 'Shared services'))
  draft.attribute('floor', () => `Floor ${draft.pick(5)}`)
  draft.attribute('contract', () => ['Full', 'Part'][draft.pick(2)]!)

  for (let s = 0; s < siteCount; s++) {
    draft.role('site', (i) => site[i] === s && centre[i]! < 0, draft.between(2, 5))
    for (let f = 0; f < functionCount; f++) {
      if (random() >= 0.4) continue
      const isMember = (i: number) => job[i] === f && (centre[i]! < 0 ? site[i] === s : centre[i] === centreOf[s])
      draft.role('function of a site and its centre', isMember, draft.between(2, 3))
    }
  }
  for (let f = 0; f < functionCount; f++) {
    draft.role('function', (i) => job[i] === f, draft.between(3, 6))
    for (let c = 0; c < centreCount; c++) {
      draft.role('function of a centre', (i) => job[i] === f && centre[i] === c, draft.between(2, 4))
    }
  }
  for (let c = 0; c < centreCount; c++) draft.role('centre', (i) => centre[i] === c, draft.between(3, 5))
  for (const least of [1, 2, 3]) draft.role('tier and above', (i) => tier[i]! >= least, draft.between(4, 9))
  return draft.finish(usualDirt)
}
