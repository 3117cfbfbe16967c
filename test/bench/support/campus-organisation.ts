import { type Dirt, OrganisationDraft, type PlantedOrganisation } from './organisation-draft.ts'

const usualDirt: Dirt = { missing: 0.05, extra: 0.02, blank: 0.04, wrong: 0.01, cased: 0.03 }

/** Below this level people are students, from it on they are staff. */
const firstOfStaff = 2

/**
 * A university. People belong to several institutes and to several courses of a term, which are lists. The attribute for the faculty has
 * one value, but a person may belong to several faculties by her institutes. Institutes and courses have roles for all of their people, and
 * roles for their staff.
 */
export function campusOrganisation(identityCount: number, seed: number): PlantedOrganisation {
  const draft = new OrganisationDraft(identityCount, seed)
  const { random } = draft
  const each = <Value>(value: (person: number) => Value) => Array.from({ length: identityCount }, (_, i) => value(i))
  const facultyCount = Math.max(3, Math.round(Math.sqrt(identityCount) / 8))
  const instituteCount = Math.max(6, Math.round(identityCount / 60))
  const courseCount = Math.max(8, Math.round(identityCount / 25))
  const facultyOf = Array.from({ length: instituteCount }, (_, t) => (t < facultyCount ? t : draft.pick(facultyCount)))
  const institute = draft.zipf(instituteCount, 0.5)
  const course = draft.zipf(courseCount, 0.5)
  const several = (count: number, draw: () => number) => [...new Set(Array.from({ length: count }, draw))]
  const status = each(() => (random() < 0.6 ? draft.pick(firstOfStaff) : draft.between(firstOfStaff, 4)))
  const institutes = each(() => several(1 + Number(random() < 0.3) + Number(random() < 0.1), institute))
  const courses = each((i) => several(status[i]! < firstOfStaff ? draft.between(2, 5) : draft.pick(3), course))
  draft.attribute('faculty', (i) => `Faculty ${facultyOf[institutes[i]![0]!]}`)
  draft.attribute('status', (i) => ['Bachelor', 'Master', 'Doctoral', 'Postdoc', 'Permanent'][status[i]!]!)
  draft.attribute('campus', () => `Campus ${draft.pick(3)}`)
  draft.attribute('first_year', () => `${2018 + draft.pick(8)}`)
  draft.list('affiliation', (i) => institutes[i]!.map((t) => `Institute ${t}`))
  draft.list('course', (i) => courses[i]!.map((c) => `C${100 + c}-2026S`))

  draft.role('students', (i) => status[i]! < firstOfStaff, 5)
  draft.role('staff', (i) => status[i]! >= firstOfStaff, 5)
  for (let s = 0; s < 5; s++) draft.role('status', (i) => status[i] === s, draft.between(2, 5))
  for (let f = 0; f < facultyCount; f++) {
    draft.role('faculty', (i) => institutes[i]!.some((t) => facultyOf[t] === f), draft.between(2, 5))
  }
  for (let t = 0; t < instituteCount; t++) {
    draft.role('institute', (i) => institutes[i]!.includes(t), draft.between(3, 7))
    const isMember = (i: number) => institutes[i]!.includes(t) && status[i]! >= firstOfStaff
    if (random() < 0.5) draft.role('staff of an institute', isMember, draft.between(2, 5))
  }
  for (let c = 0; c < courseCount; c++) {
    draft.role('course', (i) => courses[i]!.includes(c), draft.between(2, 4))
    const isMember = (i: number) => courses[i]!.includes(c) && status[i]! >= firstOfStaff
    if (random() < 0.4) draft.role('staff of a course', isMember, draft.between(2, 3))
  }
  return draft.finish(usualDirt)
}
