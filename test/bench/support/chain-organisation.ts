import { type Dirt, OrganisationDraft, type PlantedOrganisation } from './organisation-draft.ts'

const usualDirt: Dirt = { missing: 0.05, extra: 0.02, blank: 0.04, wrong: 0.01, cased: 0.03 }

/**
 * Access depends only on the managers: a tree of managers with 4 to 14 people each. When a manager has a role, all people below her have
 * it. The attributes have the manager of a person and the managers of each level above; location and title have no influence.
 */
export function chainOrganisation(identityCount: number, seed: number): PlantedOrganisation {
  const draft = new OrganisationDraft(identityCount, seed)
  const manager = new Int32Array(identityCount).fill(-1)
  let next = 1
  for (let above = 0; next < identityCount; above++) {
    for (let left = draft.between(4, 14); left > 0 && next < identityCount; left--) manager[next++] = above
  }
  const chains = Array.from({ length: identityCount }, (_, i) => chainOf(manager, i))
  const levels = Math.max(...chains.map((chain) => chain.length))
  const place = draft.zipf(12, 0.5)
  const title = draft.zipf(40, 0.8)
  for (let level = 1; level < levels; level++) {
    draft.attribute(`manager_level_${level}`, (i) => nameOf(chains[i]![level]))
  }
  draft.attribute('manager', (i) => nameOf(manager[i]))
  draft.attribute('location', () => `Location ${place()}`)
  draft.attribute('title', () => `Title ${title()}`)

  for (let above = 1; above < identityCount; above++) {
    const below = (i: number) => chains[i]!.includes(above)
    if (manager.includes(above) && draft.random() < 0.65) draft.role('branch', below, draft.between(3, 9))
  }
  return draft.finish(usualDirt)
}

/** The managers of a person, from the top. */
function chainOf(manager: Int32Array, person: number): number[] {
  const chain: number[] = []
  for (let above = manager[person]!; above >= 0; above = manager[above]!) chain.unshift(above)
  return chain
}

function nameOf(person: number | undefined): string {
  return person === undefined || person < 0 ? '' : `Manager ${person}`
}
