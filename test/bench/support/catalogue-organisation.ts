import { type Dirt, OrganisationDraft, type PlantedOrganisation } from './organisation-draft.ts'

const usualDirt: Dirt = { missing: 0.05, extra: 0.02, blank: 0.04, wrong: 0.01, cased: 0.03 }

/**
 * Very many teams of 5 to 11 people. Besides its own access, each team has four entitlements of a catalogue. Very many teams hold the same
 * few entitlements of the catalogue; hardly any team holds one of the others. Only the attribute of the team shows who has them.
 */
export function catalogueOrganisation(identityCount: number, seed: number): PlantedOrganisation {
  const draft = new OrganisationDraft(identityCount, seed)
  const { random } = draft
  const team: number[] = []
  let teamCount = 0
  for (; team.length < identityCount; teamCount++)
    team.push(...Array.from({ length: draft.between(5, 11) }, () => teamCount))
  const tribeCount = Math.max(3, Math.round(teamCount / 8))
  const tribe = Array.from({ length: teamCount }, () => draft.pick(tribeCount))
  const each = <Value>(value: () => Value) => Array.from({ length: identityCount }, value)
  const craft = each(draft.zipf(25, 0.8))
  const country = each(draft.zipf(9, 0.9))
  draft.attribute('team', (i) => `Team ${team[i]}`)
  draft.attribute('tribe', (i) => `Tribe ${tribe[team[i]!]}`)
  draft.attribute('craft', (i) => `Craft ${craft[i]}`)
  draft.attribute('country', (i) => `Country ${country[i]}`)
  draft.attribute('desk', () => `Desk ${draft.pick(identityCount)}`)
  draft.attribute('laptop', () => `Laptop ${draft.pick(3)}`)

  const catalogueSize = Math.max(20, Math.round(teamCount / 2))
  const item = draft.zipf(catalogueSize, 1.1)
  const choice = Array.from({ length: teamCount }, () => new Set([item(), item(), item(), item()]))
  const catalogue = Array.from({ length: catalogueSize }, (_, c) =>
    draft.role('catalogue', (i) => choice[team[i]!]!.has(c), 1),
  )
  for (let t = 0; t < teamCount; t++) {
    const lent = [...choice[t]!].flatMap((c) =>
      catalogue[c]!.identities.length < 5 ? [] : [...catalogue[c]!.entitlements],
    )
    draft.role('team', (i) => team[i] === t, draft.between(2, 4), lent)
  }
  const kinds = [
    { kind: 'craft', count: 25, of: (i: number) => craft[i] },
    { kind: 'country', count: 9, of: (i: number) => country[i] },
    { kind: 'tribe', count: tribeCount, of: (i: number) => tribe[team[i]!] },
  ]
  for (const { kind, count, of } of kinds) {
    for (let value = 0; value < count; value++) {
      if (random() < 0.7) draft.role(kind, (i) => of(i) === value, draft.between(2, 5))
    }
  }
  return draft.finish(usualDirt)
}
