import { type Dirt, OrganisationDraft, type PlantedOrganisation } from './organisation-draft.ts'

const usualDirt: Dirt = { missing: 0.05, extra: 0.02, blank: 0.03, wrong: 0.01, cased: 0.02 }

const professionCount = 9

/**
 * A hospital with clinics of a few wards, professions and shifts. A quarter of the staff rotates, and half of these still hold the access
 * of their last ward. A ward has a role for everybody, and sometimes one for its clinicians and one for its nights; a clinic has one for
 * everybody and some by profession. A sister's number contains ward and profession.
 */
export function hospitalOrganisation(
  identityCount: number,
  seed: number,
  dirt: Partial<Dirt> = {},
): PlantedOrganisation {
  const draft = new OrganisationDraft(identityCount, seed)
  const { random } = draft
  const each = <Value>(value: (person: number) => Value) => Array.from({ length: identityCount }, (_, i) => value(i))
  const roleSize = (least: number, most: number) => least + draft.pick(most - least + 1)

  const wardCount = Math.max(5, Math.round(identityCount / 45))
  const clinicCount = Math.max(3, Math.round(wardCount / 4))
  const clinicOf = Array.from({ length: wardCount }, (_, w) => (w < clinicCount ? w : draft.pick(clinicCount)))
  const ward = each(draft.zipf(wardCount, 0.4))
  const clinic = ward.map((w) => clinicOf[w])
  const profession = each(draft.zipf(professionCount, 0.9))
  const shift = each(draft.zipf(3, 0.5))
  const site = each(draft.zipf(3, 0.6))
  const isAgency = each(() => random() < 0.12)
  const kept = each((i) => (random() < 0.125 ? (ward[i]! + 1 + draft.pick(3)) % wardCount : -1))

  draft.attribute('clinic', (i) => `Clinic ${clinic[i]}`)
  draft.attribute('ward', (i) => `Ward ${ward[i]}`)
  draft.attribute('profession', (i) => `Profession ${profession[i]}`)
  draft.attribute('shift', (i) => ['Day', 'Night', 'Rota'][shift[i]!]!)
  draft.attribute('site', (i) => `Site ${site[i]}`)
  draft.attribute('contract', (i) => (isAgency[i] ? 'Agency' : 'Staff'))
  draft.attribute('specialty', (i) => `${clinic[i]}, ${profession[i]! < 3 ? 'clinical' : 'other'}`)
  draft.attribute('badge', () => `Badge ${draft.pick(400)}`)
  draft.attribute('year', () => `${2008 + draft.pick(17)}`)
  draft.attribute('manager', (i) => `Lead ${ward[i]}, ${profession[i]! < 2 ? 'clinicians' : 'others'}`)

  for (let p = 0; p < professionCount; p++) draft.role('profession', (i) => profession[i] === p, roleSize(3, 9))
  for (let c = 0; c < clinicCount; c++) {
    draft.role('clinic', (i) => clinic[i] === c, roleSize(3, 7))
    for (let p = 0; p < 4; p++) {
      if (random() < 0.6) {
        draft.role('clinic and profession', (i) => clinic[i] === c && profession[i] === p, roleSize(2, 6))
      }
    }
  }
  for (let w = 0; w < wardCount; w++) {
    draft.role('ward', (i) => ward[i] === w || kept[i] === w, roleSize(2, 6))
    if (random() < 0.5) draft.role('clinicians of a ward', (i) => ward[i] === w && profession[i]! < 2, roleSize(2, 5))
    if (random() < 0.25) draft.role('nights of a ward', (i) => ward[i] === w && shift[i] === 1, roleSize(2, 4))
  }
  draft.role('nights', (i) => shift[i] === 1, 5)
  draft.role('staff', (i) => !isAgency[i], 6)
  draft.role('agency', (i) => isAgency[i]!, 3)
  for (let s = 0; s < 3; s++) draft.role('site', (i) => site[i] === s, roleSize(3, 6))
  for (let d = 0; d < identityCount / 100; d++) {
    const onCall = new Set(Array.from({ length: 6 + draft.pick(15) }, () => draft.pick(identityCount)))
    draft.role('on call', (i) => onCall.has(i), roleSize(2, 5))
  }
  return draft.finish({ ...usualDirt, ...dirt })
}
