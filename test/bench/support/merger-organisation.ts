import { type Dirt, OrganisationDraft, type PlantedOrganisation } from './organisation-draft.ts'

const muchDirt: Dirt = { missing: 0.05, extra: 0.02, blank: 0.08, wrong: 0.02, cased: 0.1 }

/**
 * Two companies that merged: the same departments have names of two kinds in one attribute; only the first company has units; there are
 * roles of one company and of both, and twice the usual share of wrong values.
 */
export function mergerOrganisation(identityCount: number, seed: number): PlantedOrganisation {
  const draft = new OrganisationDraft(identityCount, seed)
  const { random } = draft
  const each = <Value>(value: () => Value) => Array.from({ length: identityCount }, value)
  const departmentCount = Math.max(5, Math.round(Math.sqrt(identityCount) / 2.5))
  const isBought = each(() => random() < 0.4)
  const department = each(draft.zipf(departmentCount, 0.5))
  const unit = each(() => draft.pick(3))
  const office = each(draft.zipf(12, 0.8))
  const isExternal = each(() => random() < 0.2)
  const title = draft.zipf(60, 0.9)
  draft.attribute('department', (i) =>
    isBought[i] ? `DPT-${100 + department[i]! * 7}` : `Department ${department[i]}`,
  )
  draft.attribute('unit', (i) => (isBought[i] ? '' : `Unit ${department[i]}.${unit[i]}`))
  draft.attribute('cost_center', (i) =>
    isBought[i] ? `${9000 + department[i]! * 10 + unit[i]!}` : `K${department[i]}`,
  )
  draft.attribute('company', (i) => (isBought[i] ? 'Bought' : 'Own'))
  draft.attribute('office', (i) => `Office ${office[i]}`)
  draft.attribute('worker_type', (i) => (isExternal[i] ? 'External' : 'Internal'))
  draft.attribute('title', () => `Title ${title()}`)

  for (const bought of [false, true]) draft.role('company', (i) => isBought[i] === bought, 6)
  for (let d = 0; d < departmentCount; d++) {
    for (const bought of [false, true]) {
      const isMember = (i: number) => department[i] === d && isBought[i] === bought
      draft.role('department of one company', isMember, draft.between(3, 8))
    }
    if (random() < 0.6) draft.role('department of both', (i) => department[i] === d, draft.between(3, 6))
    const isInternal = (i: number) => department[i] === d && !isExternal[i]
    if (random() < 0.4) draft.role('internal people of both', isInternal, draft.between(2, 5))
    for (const u of [0, 1, 2]) {
      const isMember = (i: number) => department[i] === d && unit[i] === u && !isBought[i]
      if (random() < 0.5) draft.role('unit', isMember, draft.between(2, 6))
    }
  }
  for (let o = 0; o < 12; o++) if (random() < 0.6) draft.role('office', (i) => office[i] === o, draft.between(2, 5))
  return draft.finish(muchDirt)
}
