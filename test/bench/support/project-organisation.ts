import { type Dirt, OrganisationDraft, type PlantedOrganisation } from './organisation-draft.ts'

const usualDirt: Dirt = { missing: 0.05, extra: 0.02, blank: 0.02, wrong: 0.01, cased: 0.02 }

/**
 * An organisation of projects that share: neighbours in a chain have common people and entitlements, so the common access of two or three
 * projects looks like a role of all their people. There are also departments with a role for the union of their teams, which is a real
 * role. No attribute describes the projects.
 */
export function projectOrganisation(
  identityCount: number,
  seed: number,
  dirt: Partial<Dirt> = {},
): PlantedOrganisation {
  const draft = new OrganisationDraft(identityCount, seed)
  const { random } = draft
  const each = <Value>(value: (person: number) => Value) => Array.from({ length: identityCount }, (_, i) => value(i))
  const roleSize = (least: number, most: number) => least + draft.pick(most - least + 1)

  const departmentCount = Math.max(3, Math.round(identityCount / 90))
  const teamsOf = Array.from({ length: departmentCount }, () => 2 + draft.pick(2))
  const department = each(draft.zipf(departmentCount, 0.3))
  const team = department.map((d) => `${d}.${draft.pick(teamsOf[d]!)}`)
  draft.attribute('department', (i) => `Department ${department[i]}`)
  draft.attribute('team', (i) => `Unit ${team[i]}`)
  draft.attribute('site', () => `Site ${draft.pick(6)}`)
  for (let d = 0; d < departmentCount; d++) {
    draft.role('department', (i) => department[i] === d, roleSize(2, 9))
    for (let t = 0; t < teamsOf[d]!; t++) draft.role('team', (i) => team[i] === `${d}.${t}`, roleSize(3, 6))
  }
  let before: { readonly members: ReadonlySet<number>; readonly entitlements: readonly number[] } | undefined
  for (let p = 0; p < identityCount / 40; p++) {
    const size = 20 + draft.pick(30)
    const members = new Set(Array.from({ length: size }, () => draft.pick(identityCount)))
    const lent: number[] = []
    if (before !== undefined && random() < 0.7) {
      for (const person of before.members) if (random() < 0.15) members.add(person)
      lent.push(...before.entitlements.slice(0, 1 + draft.pick(3)))
    }
    const { entitlements } = draft.role('project', (i) => members.has(i), roleSize(5, 8), lent)
    before = { members, entitlements: Array.from(entitlements).reverse() }
  }
  return draft.finish({ ...usualDirt, ...dirt })
}
